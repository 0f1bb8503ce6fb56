// SPDX-License-Identifier: MIT
#include "newsletters/newsletter_store.hpp"

#include <algorithm>

#include "core/id.hpp"
#include "core/text.hpp"
#include "newsletters/mailing_lists.hpp"
#include "notices/letters.hpp"

namespace tripos::newsletters {

namespace {

constexpr std::string_view kTable = R"(
CREATE TABLE newsletters (
    id TEXT PRIMARY KEY REFERENCES letters (id),
    subject TEXT NOT NULL,
    list TEXT NOT NULL,
    audience TEXT NOT NULL,
    status TEXT NOT NULL,
    pause_reason TEXT NOT NULL,
    cursor_key TEXT NOT NULL,
    all_found INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    tested_at BIGINT,
    started_at BIGINT,
    finished_at BIGINT
);
CREATE INDEX newsletters_newest ON newsletters (created_at, id);
CREATE INDEX newsletters_unsettled ON newsletters (status) WHERE settled = 0
)";

constexpr std::string_view kWebhookTable = R"(
CREATE TABLE mail_webhooks (
    id TEXT PRIMARY KEY,
    received_at BIGINT NOT NULL
);
CREATE INDEX mail_webhooks_by_time ON mail_webhooks (received_at)
)";

constexpr std::string_view kNotificationTable = R"(
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    audience TEXT NOT NULL,
    recipients INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
)
)";

constexpr std::string_view kNotificationText =
    "ALTER TABLE notifications ADD COLUMN html TEXT NOT NULL DEFAULT ''";

const auto kColumns = entity::column_names(kMembers);
const auto kNotificationColumns = entity::column_names(kNotificationMembers);
const auto kSelect = "SELECT " + join(kColumns, ", ") + " FROM newsletters ";

notices::LetterState letter_state(NewsletterStatus status) {
    return status == NewsletterStatus::sending     ? notices::LetterState::open
           : status == NewsletterStatus::cancelled ? notices::LetterState::cancelled
                                                   : notices::LetterState::held;
}

}  // namespace

/// Those of notifications are recorded under the name of the module that once had them.
std::vector<sql::Migration> migrations() {
    return {{.module = "newsletters", .number = 1, .statements = kTable},
            {.module = "newsletters", .number = 2, .statements = kMailingListTables},
            {.module = "newsletters", .number = 3, .statements = kWebhookTable},
            {.module = "operations", .number = 1, .statements = kNotificationTable},
            {.module = "operations", .number = 3, .statements = kNotificationText}};
}

void put_newsletter(sql::Session& session, const Newsletter& newsletter) {
    static const auto statement = entity::insert_into("newsletters", kColumns);
    session.run(statement, entity::values(newsletter, kMembers));
}

std::optional<Newsletter> find_newsletter(sql::Session& session, const std::string& id) {
    static const auto statement = kSelect + "WHERE id = $1";
    const auto row = session.query_one(statement, id);
    return row ? std::optional(entity::read<Newsletter>(*row, kMembers)) : std::nullopt;
}

std::vector<Newsletter> list_newsletters(sql::Session& session, std::int64_t limit,
                                         std::int64_t offset) {
    static const auto statement = kSelect + "ORDER BY created_at DESC, id DESC LIMIT $1 OFFSET $2";
    return entity::read_all<Newsletter>(session.query(statement, limit, offset), kMembers);
}

std::int64_t count_newsletters(sql::Session& session) {
    return session.query_one("SELECT COUNT(*) FROM newsletters")->integer(0);
}

std::vector<Newsletter> find_unsettled(sql::Session& session) {
    static const auto statement =
        kSelect +
        "WHERE settled = 0 AND status IN ('SENDING', 'CANCELLED') ORDER BY created_at, id";
    return entity::read_all<Newsletter>(session.query(statement), kMembers);
}

bool change_status(sql::Session& session, const std::string& id,
                   const std::vector<NewsletterStatus>& from, const StatusChange& change) {
    // The update comes first: it locks the row, so that of concurrent changes each sees the last.
    session.execute("UPDATE newsletters SET status = status WHERE id = $1", id);
    const auto newsletter = find_newsletter(session, id);
    if (!newsletter || std::find(from.begin(), from.end(), newsletter->status) == from.end()) {
        return false;
    }
    const bool starts = change.to == NewsletterStatus::sending;
    const bool ends =
        change.to == NewsletterStatus::cancelled || change.to == NewsletterStatus::done;
    session.execute(
        "UPDATE newsletters SET status = $2, pause_reason = $3, "
        "started_at = COALESCE(started_at, $4), finished_at = COALESCE($5, finished_at) "
        "WHERE id = $1",
        id, to_text(change.to), change.reason, starts ? std::optional(change.at) : std::nullopt,
        ends ? std::optional(change.at) : std::nullopt);
    notices::set_letter_state(session, id, letter_state(change.to));
    return true;
}

void mark_tested(sql::Session& session, const std::string& id, Timestamp at) {
    session.execute("UPDATE newsletters SET tested_at = $2 WHERE id = $1", id, at);
}

void settle(sql::Session& session, const std::string& id, Timestamp at) {
    const auto newsletter = find_newsletter(session, id);
    const bool is_done =
        newsletter && newsletter->status == NewsletterStatus::sending && newsletter->all_found;
    if (is_done && !change_status(session, id, {NewsletterStatus::sending},
                                  {.to = NewsletterStatus::done, .reason = {}, .at = at})) {
        return;  // paused or cancelled in this moment
    }
    if (is_done || (newsletter && newsletter->status == NewsletterStatus::cancelled)) {
        session.execute("UPDATE newsletters SET settled = 1 WHERE id = $1", id);
    }
}

bool plan_page(sql::Session& session, const Newsletter& seen, const MemberPage& page, Timestamp now,
               Random& random) {
    const auto& id = seen.id;
    const auto newsletter = find_newsletter(session, id);
    if (!newsletter || newsletter->status != NewsletterStatus::sending || newsletter->all_found ||
        newsletter->cursor != seen.cursor) {
        return false;
    }
    std::vector<notices::LetterRecipient> recipients;
    for (const auto& member : page.members) {
        recipients.push_back(
            {.mail_id = new_id(now, random), .to = member.address, .user_id = member.user_id});
    }
    notices::plan_mails(
        session,
        {.id = id, .kind = "newsletter", .subject = {}, .html = {}, .list = newsletter->list},
        recipients, now);
    const bool is_last = page.last_key.empty();
    session.execute(
        "UPDATE newsletters SET cursor_key = $3, all_found = $4 WHERE id = $1 AND cursor_key = $2",
        id, newsletter->cursor, is_last ? newsletter->cursor : page.last_key, is_last);
    return !is_last;
}

void put_notification(sql::Session& session, const Notification& notification) {
    static const auto statement = entity::insert_into("notifications", kNotificationColumns);
    session.run(statement, entity::values(notification, kNotificationMembers));
}

Notification find_notification(sql::Session& session, const std::string& id) {
    static const auto statement =
        "SELECT " + join(kNotificationColumns, ", ") + " FROM notifications WHERE id = $1";
    return entity::read<Notification>(*session.query_one(statement, id), kNotificationMembers);
}

bool take_webhook(sql::Session& session, const std::string& id, Timestamp now, Timestamp since) {
    session.execute("DELETE FROM mail_webhooks WHERE received_at < $1", since);
    return session.execute(
               "INSERT INTO mail_webhooks (id, received_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
               id, now) > 0;
}

}  // namespace tripos::newsletters
