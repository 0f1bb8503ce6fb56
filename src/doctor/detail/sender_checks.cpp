// SPDX-License-Identifier: MIT
// What DNS says about the domain that mails come from: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC
// 7489).

#include <algorithm>

#include "core/text.hpp"
#include "doctor/detail/areas.hpp"
#include "doctor/spf.hpp"

namespace tripos::doctor::detail {

namespace {

using Kind = TxtAnswer::Kind;

std::string without_spaces(std::string_view text) {
    std::string kept(text);
    std::erase_if(kept, [](char c) { return c == ' ' || c == '\t'; });
    return kept;
}

/// The value of `name=` in a list of tags divided by semicolons.
std::string tag(std::string_view record, std::string_view name) {
    const auto record_text = without_spaces(record);
    for (const auto part : split(record_text, ';')) {
        if (part.size() > name.size() && part[name.size()] == '=' && part.starts_with(name)) {
            return std::string(part.substr(name.size() + 1));
        }
    }
    return {};
}

/// Said once, by the first check that needs it.
bool is_silent(const TxtAnswer& answer, Found& found) {
    if (answer.kind == Kind::failed) {
        found.skip("DNS gives no answer");
    }
    return answer.kind == Kind::failed;
}

void judge_dns(const Evidence& evidence, Found& found) {
    const auto* sender = found.need(evidence.sender);
    if (sender == nullptr) {
        return;
    }
    if (sender->spf.kind == Kind::failed) {
        found.warn("DNS gives no answer for " + sender->domain);
    }
    if (!sender->spf_silent.empty()) {
        found.warn("DNS gives no answer for " + sender->spf_silent + ", which the SPF record of " +
                       sender->domain + " includes",
                   {}, "Correct that part of the record, or ask those whose domain it is");
    }
    if (sender->dmarc.kind == Kind::failed) {
        found.warn("DNS gives no answer for the DMARC record of " + sender->domain);
    }
    for (const auto& key : sender->keys) {
        if (key.found.kind == Kind::failed) {
            found.warn("DNS gives no answer for " + key.name);
        }
    }
}

void judge_spf(const Evidence& evidence, Found& found) {
    const auto* sender = found.need(evidence.sender);
    if (sender == nullptr || is_silent(sender->spf, found)) {
        return;
    }
    const auto records = spf_records(sender->spf.texts);
    const auto where = " of " + sender->domain;
    if (records.empty()) {
        found.warn("The domain " + sender->domain + " has no SPF record");
        return;
    }
    if (records.size() > 1) {
        found.warn("There are " + std::to_string(records.size()) + " SPF records" + where +
                       ", so that none counts",
                   {}, "Join them to one");
        return;
    }
    if (allows_everybody(records.front())) {
        found.warn("The SPF record" + where + " lets everybody send in its name", records.front(),
                   "End it with -all or ~all");
    }
    if (!sender->spf_open.empty()) {
        found.warn("The SPF record" + where + " includes one that lets everybody send",
                   sender->spf_open, "Remove that include");
    }
    if (!sender->spf_broken.empty()) {
        found.warn("The SPF record" + where + " cannot be evaluated", sender->spf_broken,
                   "Correct or remove that part");
    }
    if (sender->spf_lookups > kMostSpfLookups) {
        found.warn("The SPF record" + where +
                       " takes more than 10 lookups, so that it does not "
                       "count",
                   std::to_string(sender->spf_lookups) + " lookups",
                   "Remove includes that are not needed, or name addresses with ip4: and ip6:");
    }
}

void judge_dkim(const Evidence& evidence, Found& found) {
    const auto* sender = found.need(evidence.sender);
    if (sender == nullptr) {
        return;
    }
    if (sender->keys.empty()) {
        found.skip("DKIM_KEYS is not set: whether the relay signs is not ours to see");
    }
    for (const auto& key : sender->keys) {
        if (is_silent(key.found, found)) {
            continue;
        }
        const auto cure = "Publish as TXT record " + key.name + ": " + key.wanted;
        const auto& texts = key.found.texts;
        const bool is_there = std::any_of(texts.begin(), texts.end(), [&key](const auto& text) {
            return tag(text, "p") == tag(key.wanted, "p");
        });
        if (texts.empty()) {
            found.warn("The key that signs mails is not in DNS: " + key.name, {}, cure);
        } else if (!is_there) {
            found.warn("DNS has another key than the one that signs mails: " + key.name, {}, cure);
        }
    }
}

void judge_dmarc(const Evidence& evidence, Found& found) {
    const auto* sender = found.need(evidence.sender);
    if (sender == nullptr || is_silent(sender->dmarc, found)) {
        return;
    }
    std::vector<std::string> records;
    for (const auto& text : sender->dmarc.texts) {
        if (tag(text, "v") == "DMARC1") {
            records.push_back(text);
        }
    }
    if (records.empty()) {
        found.warn("The domain " + sender->domain + " has no DMARC record");
        return;
    }
    if (records.size() > 1) {
        found.warn("There are several DMARC records of " + sender->domain + ", so that none counts",
                   {}, "Keep one");
        return;
    }
    const auto policy = tag(records.front(), "p");
    if (policy != "none" && policy != "quarantine" && policy != "reject") {
        found.warn("The DMARC record of " + sender->domain + " names no policy", records.front(),
                   "Give it p=none, p=quarantine or p=reject");
    }
}

}  // namespace

std::vector<Check> sender_checks() {
    return {
        {"mail-dns", "DNS answers for every name that receivers of mail ask for",
         "mails are taken for spam",
         "Correct the domain's name servers, or ask one with --dns HOST:PORT", judge_dns},
        {"mail-spf", "One SPF record says who may send for the domain",
         "mails are taken for spam, or refused with 550 5.7.x",
         "Publish a TXT record of the domain, such as `v=spf1 include:RELAY'S-DOMAIN -all`",
         judge_spf},
        {"mail-dkim", "The keys of DKIM_KEYS are in DNS",
         "mails are taken for spam; receivers say `dkim=fail`",
         "Publish the TXT record that the doctor's line has", judge_dkim},
        {"mail-dmarc", "One DMARC record says what becomes of mails that others send",
         "large providers refuse mails in quantity",
         "Publish a TXT record of _dmarc.DOMAIN, such as `v=DMARC1; p=none; "
         "rua=mailto:postmaster@DOMAIN`",
         judge_dmarc},
    };
}

}  // namespace tripos::doctor::detail
