// SPDX-License-Identifier: MIT
#include "core/text.hpp"
#include "doctor/detail/areas.hpp"

namespace tripos::doctor::detail {

namespace {

constexpr std::chrono::hours kCertificateWarning{14 * 24};
constexpr std::chrono::hours kOldBackup{26};

void judge_looks(const Evidence& evidence, Found& found) {
    const auto tell = [&found](const auto& looked, const char* what) {
        if (looked.is_late) {
            found.warn(std::string("The look at ") + what + " did not come to an end",
                       looked.why_not);
        }
    };
    tell(evidence.redis, "Redis");
    tell(evidence.queues, "the queues");
    tell(evidence.cache, "the cache");
    tell(evidence.database, "the database");
    tell(evidence.outbox, "the outbox");
    tell(evidence.relays, "the relay");
    tell(evidence.sent, "the test mail");
    tell(evidence.sender, "DNS");
    tell(evidence.host, "this machine");
    tell(evidence.address, "PUBLIC_URL");
    tell(evidence.site, "the site");
}

void judge_running(const Evidence& evidence, Found& found) {
    const auto* site = found.need(evidence.site);
    if (site != nullptr && !site->is_running) {
        found.advice("No server runs here, so that what only it knows was not looked at");
    }
}

/// One that was set, or whose database moved to another machine, is nobody's more or less time.
void judge_site_clock(const Evidence& evidence, Found& found) {
    const auto* site = found.need(evidence.site);
    if (site != nullptr && !site->held_back) {
        found.skip("a running server knows it");
    } else if (site != nullptr && site->held_back->count() != 0) {
        found.fail("The clock jumped: exams, sessions and codes go on by the time before",
                   "by " + in_seconds(std::chrono::abs(*site->held_back)));
    }
}

void judge_hold(const Evidence& evidence, Found& found) {
    const auto* site = found.need(evidence.site);
    if (site != nullptr && !site->is_held) {
        found.skip("a running server knows it");
    } else if (site != nullptr && *site->is_held) {
        found.fail("The data was restored and is held: no mail leaves, and no attempt ends");
    }
}

void judge_backup(const Evidence& evidence, Found& found) {
    const auto* site = found.need(evidence.site);
    if (site != nullptr && !site->backup_age) {
        found.skip("none was made by `tripos backup`, or no server runs that knows");
    } else if (site != nullptr && *site->backup_age > kOldBackup) {
        const auto hours = std::chrono::duration_cast<std::chrono::hours>(*site->backup_age);
        found.warn("The last backup is old", counted(hours.count(), "hour"));
    }
}

void judge_secrets(const Evidence& evidence, Found& found) {
    const auto* site = found.need(evidence.site);
    if (site == nullptr) {
        return;
    }
    if (!site->weak_secrets) {
        found.skip("not looked at");
        return;
    }
    for (const auto& secret : *site->weak_secrets) {
        found.warn("A secret can be guessed: " + secret);
    }
    for (const auto& file : site->open_settings) {
        found.warn("Others can read " + file + ", which holds secrets", {},
                   "`chmod 0600 '" + file + "'`");
    }
}

/// Who is asked from here may be another than people reach, so that this is no failure.
void judge_address(const Evidence& evidence, Found& found) {
    const auto* address = found.need(evidence.address);
    if (address == nullptr) {
        return;
    }
    const auto* site = evidence.site.seen ? &*evidence.site.seen : nullptr;
    const bool is_known = site != nullptr && !site->instance.empty();
    if (address->is_untrusted) {
        found.warn("The certificate of " + address->url + " is not accepted", address->problem,
                   "Send the whole chain, of a certificate for that name, from the proxy");
    } else if (!address->problem.empty()) {
        found.warn("Nothing answers at " + address->url + " from here", address->problem);
    } else if (address->instance.empty()) {
        found.warn("What answers at " + address->url + " is not this site",
                   "status " + std::to_string(address->status));
    } else if (is_known && address->instance != site->instance && !address->may_be_many) {
        found.warn("What answers at " + address->url + " is another site than that of this folder");
    }
}

void judge_proxy(const Evidence& evidence, Found& found) {
    const auto* address = found.need(evidence.address);
    if (address != nullptr && address->ignores_proxy) {
        found.warn("The proxy at " + address->url + " is not in TRUSTED_PROXIES");
    }
}

void judge_seal(const Evidence& evidence, Found& found) {
    const auto* outbox = found.need(evidence.outbox);
    if (outbox != nullptr && outbox->unreadable > 0) {
        found.fail("Mails that wait cannot be opened: they were sealed with another secret",
                   counted(outbox->unreadable, "mail"));
    }
}

void judge_certificate(const Evidence& evidence, Found& found) {
    const auto* address = found.need(evidence.address);
    if (address == nullptr || !address->certificate_ends) {
        return;
    }
    const auto left = *address->certificate_ends - address->now;
    if (left < kCertificateWarning) {
        found.warn("The certificate of " + address->url + " ends soon",
                   to_iso8601(*address->certificate_ends));
    }
}

}  // namespace

std::vector<Check> site_checks() {
    return {
        {"site-looks", "Every look came to an end", "whatever was looked at hangs",
         "Look at it by itself: `tripos doctor --only AREA`", judge_looks},
        {"site-running", "A server runs on DATA_DIR", "nothing answers",
         "Start `tripos serve`, or set DATA_DIR to the site's", judge_running},
        {"site-address", "PUBLIC_URL leads to this site",
         "links in mails lead nowhere, or log-ins are refused as `cross_site`",
         "Correct PUBLIC_URL, its DNS or the proxy (docs/setup.md#behind-a-proxy)", judge_address},
        {"site-proxy", "The proxy before the site is trusted",
         "all people share one address: limits refuse many with 429, and the trail of audit names "
         "the proxy",
         "Set TRUSTED_PROXIES to the address that the proxy connects from "
         "(docs/setup.md#behind-a-proxy)",
         judge_proxy},
        {"site-certificate", "The certificate of PUBLIC_URL is good for 14 days",
         "browsers refuse the site", "Renew it, and see why that does not happen by itself",
         judge_certificate},
        {"site-clock", "The clock did not jump",
         "exams go by another time than the machine's clock shows",
         "When the new time is right, `tripos clock accept` makes it count; when it is not, set it "
         "back",
         judge_site_clock},
        {"site-backup", "The last `tripos backup` is younger than 26 hours",
         "what was written since is lost with the disk",
         "See why the nightly backup did not run, and run it (docs/setup.md#backup-and-restore)",
         judge_backup},
        {"site-held", "Restored data has been released",
         "mails and codes do not come, attempts go on after their time",
         "Decide what becomes of mails and attempts: `tripos restore release` "
         "(docs/operations.md#after-a-restore)",
         judge_hold},
        {"site-seal", "The mails that wait can be opened with the secret of now",
         "codes and links never arrive: `sealed with another key` in the mail's log",
         "Put the former JWT_EMAIL_SECRET back until they are sent; otherwise people ask for "
         "another "
         "code",
         judge_seal},
        {"site-secrets", "No secret can be guessed or read",
         "strangers can make sessions and links of their own",
         "Set another one: openssl rand -hex 32", judge_secrets},
    };
}

}  // namespace tripos::doctor::detail
