// SPDX-License-Identifier: MIT
#pragma once
// The suppression list: addresses that must not get certain mails. Asked when a mail is accepted
// and again right before it is sent. The functions with a Session run inside the caller's
// transaction; blocks() is pure.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "mail/transport.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::mail {

enum class SuppressionReason {
    hard_bounce,  ///< there is no such mailbox
    complaint,    ///< a recipient called our mail spam
    unsubscribe,  ///< a recipient left a list
    manual,       ///< an administrator's decision
};
std::string_view to_text(SuppressionReason reason);
std::optional<SuppressionReason> parse_suppression_reason(std::string_view text);

/// An address that must not get mail.
struct Suppression {
    std::string address;                                   ///< canonical
    SuppressionReason reason = SuppressionReason::manual;  ///< why
    std::string list;        ///< unsubscribe: which one; otherwise empty
    std::string detail;      ///< the relay's words, or an administrator's
    Timestamp created_at{};  ///< when it was entered
};

/// A mail as the suppression list sees it.
struct MailClass {
    Urgency urgency = Urgency::notice;  ///< of what is about to be sent
    std::string list;                   ///< of a newsletter
};

/// Whether the entry stands in the way of such a mail now. Manual: always. Hard bounce: every mail,
/// for half a year; mails with links and codes, which somebody asked for, again after a day, so
/// that a mistyped bounce locks nobody out for good. Complaint: newsletters. Unsubscribe: that
/// list.
bool blocks(const Suppression& suppression, const MailClass& mail, Timestamp now);

/// "suppressed: hard_bounce, 550 5.1.1 no such user": the reason in a delivery log.
std::string describe(const Suppression& suppression);

std::vector<sql::Migration> suppression_migrations();

/// Adds it, or renews the one of that address, reason and list.
void suppress(sql::Session& session, const Suppression& suppression);
/// Removes the entries of an address; without a reason all but those of `unsubscribe`, which are
/// the recipient's own will. How many there were.
std::int64_t unsuppress(sql::Session& session, const std::string& address,
                        std::optional<SuppressionReason> reason);

/// The first entry that stands in the way; `address` is canonical.
std::optional<Suppression> find_suppression(sql::Session& session, const std::string& address,
                                            const MailClass& mail, Timestamp now);
/// Of one address, or with `search` of addresses that contain it; newest first.
struct SuppressionPage {
    std::vector<Suppression> entries;  ///< of the page
    std::int64_t total = 0;            ///< of all pages
};
SuppressionPage list_suppressions(sql::Session& session, const std::string& search,
                                  std::int64_t limit, std::int64_t offset);

}  // namespace tripos::mail
