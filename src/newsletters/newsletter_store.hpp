// SPDX-License-Identifier: MIT
#pragma once
// The tables `newsletters`, `notifications` and `mail_webhooks`: their SQL. Functions run inside
// the caller's transaction.

#include <vector>

#include "core/random.hpp"
#include "newsletters/audience.hpp"
#include "newsletters/newsletter.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::newsletters {

std::vector<sql::Migration> migrations();

void put_newsletter(sql::Session& session, const Newsletter& newsletter);
std::optional<Newsletter> find_newsletter(sql::Session& session, const std::string& id);
/// Newest first.
std::vector<Newsletter> list_newsletters(sql::Session& session, std::int64_t limit,
                                         std::int64_t offset);
std::int64_t count_newsletters(sql::Session& session);
/// Those the fan-out has something to do for: sending, or cancelled and not settled yet.
std::vector<Newsletter> find_unsettled(sql::Session& session);

/// What a change of status brings with it: the letter opens and closes in the same transaction.
struct StatusChange {
    NewsletterStatus to = NewsletterStatus::sending;
    std::string reason;  ///< of a pause
    Timestamp at{};
};
/// Only from one of `from`; false: it is in another.
bool change_status(sql::Session& session, const std::string& id,
                   const std::vector<NewsletterStatus>& from, const StatusChange& change);
void mark_tested(sql::Session& session, const std::string& id, Timestamp at);
/// None of its mails will move any more: one that is being sent to an audience that is found is
/// done, a cancelled one needs no more looking at. A paused one stays as it is: it may go on.
void settle(sql::Session& session, const std::string& id, Timestamp at);

/// Gives `page` of its audience, which begins at the cursor of `seen`, a row each and notes how far
/// it came, in one transaction: doing it twice adds nobody twice. False when there is nothing left
/// to find, or when it has changed since it was seen.
bool plan_page(sql::Session& session, const Newsletter& seen, const MemberPage& page, Timestamp now,
               Random& random);

/// A mail from the administration to a chosen audience.
struct Notification {
    std::string id;
    std::string subject;
    std::string html;
    std::string audience;         ///< to_text(Audience)
    std::int64_t recipients = 0;  ///< when it was sent
    std::string created_by;
    Timestamp created_at{};
};

inline constexpr auto kNotificationMembers = entity::Table(
    entity::Member{"id", &Notification::id}, entity::Member{"subject", &Notification::subject},
    entity::Member{"html", &Notification::html},
    entity::Member{"audience", &Notification::audience},
    entity::Member{"recipients", &Notification::recipients},
    entity::Member{"created_by", &Notification::created_by},
    entity::Member{"created_at", &Notification::created_at});

void put_notification(sql::Session& session, const Notification& notification);
/// Requires: there is one of that id.
Notification find_notification(sql::Session& session, const std::string& id);

/// Remembers a provider's delivery, and forgets those from before `since`. False: it came before.
bool take_webhook(sql::Session& session, const std::string& id, Timestamp now, Timestamp since);

}  // namespace tripos::newsletters
