// SPDX-License-Identifier: MIT
#pragma once
// Letters: one text for many recipients, which can be held back. Each recipient is a row of the
// outbox that refers to the letter, unique by (letter, address): PLANNED until it is released to
// the relay, then like every other mail. Of an unreleased mail no copy of the text is kept.
// Functions run inside the caller's transaction.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "mail/address.hpp"
#include "sql/session.hpp"

namespace tripos::notices {

struct Letter {
    std::string id;
    std::string kind;  ///< as OutgoingMail::kind
    std::string subject;
    std::string html;  ///< mail::kUnsubscribeLink stands where each recipient's own link goes
    std::string list;  ///< which list its recipients can leave
};

/// Whether mails of the letter may go out. Asked in the transaction that begins each try.
enum class LetterState {
    open,
    held,       ///< released mails go back to PLANNED when their turn comes
    cancelled,  ///< they become CANCELLED
};

struct LetterRecipient {
    std::string mail_id;  ///< of the outbox row and of the job
    mail::Address to;
    std::optional<std::string> user_id;
};

/// SQL of migration 3 of this module.
extern const std::string_view kLetterTables;

/// The text alone; nothing when there is no such letter.
struct LetterText {
    std::string subject;
    std::string html;
};
std::optional<LetterText> find_letter(sql::Session& session, const std::string& id);

/// False: there is one with its id already, and nothing happens.
bool put_letter(sql::Session& session, const Letter& letter);
void set_letter_state(sql::Session& session, const std::string& id, LetterState state);

/// Adds the recipients that the letter does not have yet, suppressed ones as SUPPRESSED with the
/// reason. How many were added.
std::int64_t plan_mails(sql::Session& session, const Letter& letter,
                        const std::vector<LetterRecipient>& recipients, Timestamp now);
/// Hands up to `limit` planned mails to the relay; how many. Not those held back since then: the
/// job that was held may not have ended yet, and one of the same id could not be added.
std::int64_t release_mails(sql::Session& session, const std::string& letter_id, std::int64_t limit,
                           Timestamp held_before);
/// Cancels up to `limit` mails that are PLANNED, PENDING or DEFERRED; how many.
std::int64_t cancel_mails(sql::Session& session, const std::string& letter_id, std::int64_t limit);

/// Mails of all letters that are released and not finished.
struct Outstanding {
    std::int64_t under_way = 0;
    std::int64_t deferred = 0;  ///< refused for now, tried again later
};
Outstanding count_outstanding(sql::Session& session);
/// How many mails of the letter are in each status.
std::map<std::string, std::int64_t> count_by_status(sql::Session& session,
                                                    const std::string& letter_id);

/// A recipient as the administration sees it.
struct LetterMail {
    std::string id;
    std::string to;
    std::optional<std::string> user_id;
    std::string status;
    int attempts = 0;
    std::optional<std::string> reason;  ///< why it failed or is suppressed
    std::optional<Timestamp> finished_at;
};
/// In the order of their planning; an empty status: all.
std::vector<LetterMail> list_mails(sql::Session& session, const std::string& letter_id,
                                   const std::string& status, std::int64_t limit,
                                   std::int64_t offset);

/// Whom a mail of a letter went to, and which list it belongs to: what an unsubscription needs.
struct Subscription {
    std::string address;  ///< canonical
    std::string list;
};
std::optional<Subscription> find_subscription(sql::Session& session, const std::string& mail_id);

}  // namespace tripos::notices
