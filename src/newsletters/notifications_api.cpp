// SPDX-License-Identifier: MIT
#include "newsletters/notifications_api.hpp"

#include <boost/json/value_from.hpp>

#include "core/id.hpp"
#include "core/text.hpp"
#include "mail/templates.hpp"
#include "newsletters/newsletter_store.hpp"
#include "notices/outbox_rows.hpp"

namespace tripos::newsletters {

namespace {

namespace schema = http::schema;
using http::Operation;

constexpr const char* kKind = "notification";
constexpr std::size_t kLongestNotification = 100'000;

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

}  // namespace

NotificationsApi::NotificationsApi(const Parts& parts, const notices::Outbox& outbox,
                                   work::Runner& runner)
    : parts_(parts), outbox_(outbox), runner_(runner) {
    runner.add(kind());
}

work::Kind NotificationsApi::kind() {
    return {
        .name = kKind, .without_mails = "", .prepare = [this](work::Item item, std::int64_t rows) {
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
            found.notification = find_notification(session, item.subject);
            found.members = find_members(session, parse_audience(found.notification.audience),
                                         item.cursor, rows);
        }
        return found;
    };
    auto found = co_await parts_.database.read(std::move(look), sql::Turn::bulk);
    if (found.is_full) {
        co_return nullptr;
    }
    work::PageWrite write = [this, found = std::move(found)](sql::Session& session, Writes&) {
        put_mails(session, found.notification, found.members, outbox_);
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
    const auto audience = read_audience(body);
    const auto model = read_letter(body, kLongestNotification);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto rendered = mail::render_notification(model);
    struct Circle {
        std::int64_t size = 0;
        MemberPage first;
    };
    auto count = [&audience](sql::Session& session) {
        return Circle{.size = count_members(session, audience),
                      .first = find_members(session, audience, "", kFirstMails)};
    };
    const auto circle = co_await parts_.database.read(std::move(count), sql::Turn::bulk);
    if (circle.size == 0) {
        co_return nobody_there();
    }
    const auto now = parts_.clock.now();
    const auto id = new_id(now, parts_.random);
    const Notification notification{.id = id,
                                    .subject = rendered.subject,
                                    .html = rendered.html,
                                    .audience = to_text(audience),
                                    .recipients = circle.size,
                                    .created_by = principal.user_id,
                                    .created_at = now};
    work::Item item{
        .id = id, .kind = kKind, .subject = id, .total = circle.size, .created_at = now};
    work::advance(item, page_of(circle.first), now);
    auto store = [&](sql::Session& session) {
        put_notification(session, notification);
        runner_.put(session, item);
        return put_mails(session, notification, circle.first, outbox_);
    };
    const auto mail_ids = co_await parts_.database.write(std::move(store));
    co_return http::success(202, "Notification queued",
                            {{"id", id},
                             {"recipients", item.total},
                             {"jobIds", boost::json::value_from(mail_ids)},
                             {"workId", id}});
}

}  // namespace tripos::newsletters
