// SPDX-License-Identifier: MIT
#include "core/text.hpp"
#include "doctor/detail/areas.hpp"

namespace tripos::doctor::detail {

namespace {

constexpr std::chrono::milliseconds kLongInOutbox{60'000};

void judge_relay(const Evidence& evidence, Found& found) {
    const auto* relays = found.need(evidence.relays);
    if (relays == nullptr) {
        return;
    }
    for (const auto& relay : *relays) {
        if (!relay.step.empty()) {
            found.fail(std::string(relay.is_bulk ? "The relay of newsletters " : "The relay ") +
                           relay.address + " takes no mail: " + relay.step + " fails",
                       relay.problem);
        }
    }
}

void judge_sent(const Evidence& evidence, Found& found) {
    const auto* sent = found.need(evidence.sent);
    if (sent != nullptr && sent->outcome != "delivered") {
        found.fail("The test mail was not taken", sent->outcome + ": " + sent->reply);
    }
}

void judge_outbox(const Evidence& evidence, Found& found) {
    if (is_held(evidence)) {
        found.skip("the site is held after a restore: no mail leaves");
        return;
    }
    const auto* outbox = found.need(evidence.outbox);
    if (outbox != nullptr && outbox->oldest > kLongInOutbox) {
        found.fail("Mails are not queued", "the oldest waits for " + in_seconds(outbox->oldest));
    }
}

void judge_codes(const Evidence& evidence, Found& found) {
    if (is_held(evidence)) {
        found.skip("the site is held after a restore: no mail leaves");
        return;
    }
    const auto* outbox = found.need(evidence.outbox);
    const bool is_queued = outbox != nullptr && outbox->oldest <= kLongInOutbox;
    if (is_queued && outbox->urgent > kLongInOutbox) {
        found.fail("Mails with codes and links do not leave",
                   "the oldest waits for " + in_seconds(outbox->urgent));
    }
}

void judge_doubt(const Evidence& evidence, Found& found) {
    const auto* outbox = found.need(evidence.outbox);
    if (outbox != nullptr && outbox->in_doubt > 0) {
        found.advice("Mails ended in doubt: the relay may have them, or not",
                     counted(outbox->in_doubt, "mail") + " within a day");
    }
}

}  // namespace

std::vector<Check> mail_checks() {
    return {
        {"mail-relay", "The relay would take a mail",
         "no mail arrives; `tripos mail log THEIR@ADDRESS` shows tries",
         "`tripos mail test you@example.com` shows what is said; correct SMTP_URL, SMTP_BULK_URL "
         "or "
         "SMTP_CA_FILE, or MAIL_FROM when the relay refuses the sender",
         judge_relay},
        {"mail-send", "The relay takes a test mail (sent with --send ADDRESS)", "no mail arrives",
         "`tripos mail test ADDRESS` shows the whole dialogue; the relay's words name what it "
         "minds",
         judge_sent},
        {"mail-outbox", "Mails go from the outbox to the queue within a minute",
         "no mail arrives, and no job of it is in the queue",
         "Look at redis-reach, redis-memory and redis-commands: the outbox keeps mails until the "
         "queue takes them",
         judge_outbox},
        {"mail-codes", "Mails with codes and links leave within a minute",
         "nobody can sign up or reset a password",
         "`tripos mail log THEIR@ADDRESS` has the relay's words: it may refuse everybody for now, "
         "for a quota or a sender that it does not trust yet",
         judge_codes},
        {"mail-doubt", "Every mail's end is known", "somebody got a mail twice, or not at all",
         "Ask them; `tripos mail resend ID`", judge_doubt},
    };
}

}  // namespace tripos::doctor::detail
