// SPDX-License-Identifier: MIT
#include "newsletters/notifications_api.hpp"

#include <boost/json/value_from.hpp>

#include "core/id.hpp"
#include "core/text.hpp"
#include "mail/templates.hpp"
#include "notices/outbox_rows.hpp"

namespace tripos::newsletters {

namespace {

namespace schema = http::schema;
using http::Operation;

constexpr const char* kKind = "notification";
constexpr std::size_t kLongestNotification = 100'000;

constexpr std::string_view kTables = R"(
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    subject TEXT NOT NULL,
    audience TEXT NOT NULL,
    recipients INTEGER NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
)
)";

constexpr std::string_view kText =
    "ALTER TABLE notifications ADD COLUMN html TEXT NOT NULL DEFAULT ''";

/// What each of its mails is made of.
struct Notification {
    std::string subject;
    std::string html;
    Audience audience;
};

/// Puts a mail to each of the page; their ids.
std::vector<std::string> put_mails(sql::Session& session, const Notification& notification,
                                   const MemberPage& page, const notices::Outbox& outbox) {
    std::vector<std::string> ids;
    for (const auto& recipient : page.members) {
        ids.push_back(outbox.put(session, {.kind = "notification",
                                           .to = recipient.address.text,
                                           .subject = notification.subject,
                                           .html = notification.html,
                                           .priority = notices::Priority::normal(),
                                           .user_id = recipient.user_id}));
    }
    return ids;
}

work::Page page_of(const MemberPage& members) {
    const auto count = static_cast<std::int64_t>(members.members.size());
    return {.cursor = members.last_key,
            .done = count,
            .changed = count,
            .is_last = members.last_key.empty()};
}

void insert(sql::Session& session, const Notification& notification, const work::Item& item,
            const std::string& author) {
    session.execute(
        "INSERT INTO notifications (id, subject, audience, recipients, created_by, created_at, "
        "html) VALUES ($1, $2, $3, $4, $5, $6, $7)",
        item.subject, notification.subject, to_text(notification.audience), item.total, author,
        item.created_at, notification.html);
}

Notification find(sql::Session& session, const std::string& id) {
    const auto row =
        session.query_one("SELECT subject, html, audience FROM notifications WHERE id = $1", id);
    return {
        .subject = row->text(0), .html = row->text(1), .audience = parse_audience(row->text(2))};
}

}  // namespace

NotificationsApi::NotificationsApi(const NewslettersParts& parts, work::Runner& runner)
    : parts_(parts), runner_(runner) {
    runner.add(kind());
}

/// Recorded under the name of the module that once had them.
std::vector<sql::Migration> NotificationsApi::migrations() {
    return {sql::Migration{.module = "operations", .number = 1, .statements = kTables},
            sql::Migration{.module = "operations", .number = 3, .statements = kText}};
}

work::Kind NotificationsApi::kind() {
    return {.name = kKind, .prepare = [this](work::Item item, std::int64_t rows) {
                return prepare(std::move(item), rows);
            }};
}

Task<work::PageWrite> NotificationsApi::prepare(work::Item item, std::int64_t rows) {
    struct Found {
        bool is_full = false;
        Notification notification;
        MemberPage members;
    };
    auto look = [&item, rows](sql::Session& session) {
        Found found{.is_full = notices::is_full(session), .notification = {}, .members = {}};
        if (!found.is_full) {
            found.notification = find(session, item.subject);
            found.members = find_members(session, found.notification.audience, item.cursor, rows);
        }
        return found;
    };
    auto found = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
    if (found.is_full) {
        co_return nullptr;
    }
    work::PageWrite write = [this, found = std::move(found)](sql::Session& session, Writes&) {
        put_mails(session, found.notification, found.members, parts_.outbox);
        return page_of(found.members);
    };
    co_return write;
}

void NotificationsApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.post("/api/admin/notifications",
                guard.staff(accounts::Capability::mailings, this, &NotificationsApi::notify),
                Operation("Mail", "Send a notification to a circle of accounts")
                    .details("Give either text or html. `jobIds` lists the first mails; of a large "
                             "circle the others follow, and GET /api/admin/work/{workId} tells how "
                             "many are queued. `recipients` is counted before the first is.")
                    .takes({{"audience", audience_shape()},
                            {"subject", schema::text()},
                            {"text?", schema::text()},
                            {"html?", schema::text()}})
                    .answers(202, "Queued",
                             {{"id", schema::uuid()},
                              {"recipients", schema::integer()},
                              {"jobIds", schema::list_of(schema::text())},
                              {"workId", schema::uuid()}}));
}

Task<http::Reply> NotificationsApi::notify(http::Request& request,
                                           const accounts::Principal& principal) {
    http::BodyReader body(request);
    auto audience = read_audience(body);
    const auto model = read_letter(body, kLongestNotification);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto rendered = mail::render_notification(model);
    const Notification notification{
        .subject = rendered.subject, .html = rendered.html, .audience = std::move(audience)};
    struct Circle {
        std::int64_t size = 0;
        MemberPage first;
    };
    auto count = [&notification](sql::Session& session) {
        return Circle{.size = count_members(session, notification.audience),
                      .first = find_members(session, notification.audience, "", kFirstMails)};
    };
    const auto circle = co_await parts_.database.read(std::move(count), sql::Turn::bulk);
    if (circle.size == 0) {
        co_return invalid_field("audience", "audience matches no account that can receive mail");
    }
    const auto now = parts_.clock.now();
    const auto id = new_id(now, parts_.random);
    work::Item item{
        .id = id, .kind = kKind, .subject = id, .total = circle.size, .created_at = now};
    work::advance(item, page_of(circle.first), now);
    auto store = [&](sql::Session& session) {
        insert(session, notification, item, principal.user_id);
        runner_.put(session, item);
        return put_mails(session, notification, circle.first, parts_.outbox);
    };
    const auto mail_ids = co_await parts_.database.write(std::move(store));
    co_return http::success(202, "Notification queued",
                            {{"id", id},
                             {"recipients", item.total},
                             {"jobIds", boost::json::value_from(mail_ids)},
                             {"workId", id}});
}

}  // namespace tripos::newsletters
