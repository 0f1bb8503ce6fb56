// SPDX-License-Identifier: MIT
#include "operations/notifications_api.hpp"

#include <boost/json/parse.hpp>

#include "core/id.hpp"
#include "core/text.hpp"
#include "mail/templates.hpp"
#include "newsletters/audience.hpp"

namespace tripos::operations {

namespace {

namespace schema = http::schema;
using http::Operation;

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

/// A notification ready to be written: the rendered mail, its circle and its author.
struct Notification {
    std::string id;
    newsletters::Audience audience;
    mail::Rendered mail;
    std::string created_by;
    Timestamp created_at{};
};

/// Writes the outbox rows; the mails' ids, or an error when there are none or too many.
Result<std::vector<std::string>> write_notification(sql::Session& session,
                                                    const Notification& notification,
                                                    const notices::Outbox& outbox) {
    const auto recipients =
        newsletters::find_members(session, notification.audience, "",
                                  static_cast<std::int64_t>(NotificationsApi::kMaxRecipients) + 1)
            .members;
    if (recipients.empty()) {
        return invalid_field("audience", "audience matches no account that can receive mail");
    }
    if (recipients.size() > NotificationsApi::kMaxRecipients) {
        return invalid_field("audience", "audience is larger than " +
                                             std::to_string(NotificationsApi::kMaxRecipients) +
                                             " accounts; narrow it, or send a newsletter");
    }
    std::vector<std::string> mail_ids;
    for (const auto& recipient : recipients) {
        mail_ids.push_back(outbox.put(session, {.kind = "notification",
                                                .to = recipient.address.text,
                                                .subject = notification.mail.subject,
                                                .html = notification.mail.html,
                                                .priority = notices::Priority::normal(),
                                                .user_id = recipient.user_id}));
    }
    const auto count = static_cast<std::int64_t>(recipients.size());
    session.execute(
        "INSERT INTO notifications (id, subject, audience, recipients, created_by, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        notification.id, notification.mail.subject, newsletters::to_text(notification.audience),
        count, notification.created_by, notification.created_at);
    return mail_ids;
}

mail::NotificationModel read_mail(http::BodyReader& body) {
    mail::NotificationModel model;
    model.subject = body.text("subject", {.max_length = 200});
    const http::TextRule rule{.max_length = 100'000, .allow_newlines = true};
    if (body.has("html") == body.has("text")) {
        body.reject("text", "give either text or html");
    } else if (body.has("html")) {
        model.body = body.text("html", rule);
        model.format = mail::BodyFormat::html;
    } else {
        model.body = body.text("text", rule);
    }
    return model;
}

}  // namespace

NotificationsApi::NotificationsApi(sql::Database& database, const notices::Outbox& outbox,
                                   notices::MailPipeline& pipeline, const Clock& clock,
                                   Random& random)
    : database_(database), outbox_(outbox), pipeline_(pipeline), clock_(clock), random_(random) {}

std::vector<sql::Migration> NotificationsApi::migrations() {
    return {sql::Migration{.module = "operations", .number = 1, .statements = kTables}};
}

void NotificationsApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.post("/api/admin/notifications", guard.admin(this, &NotificationsApi::notify),
                Operation("Mail", "Send a notification to a circle of accounts")
                    .details("Give either text or html. `jobIds` lists the first mails.")
                    .takes({{"audience", newsletters::audience_shape()},
                            {"subject", schema::text()},
                            {"text?", schema::text()},
                            {"html?", schema::text()}})
                    .answers(202, "Queued",
                             {{"id", schema::uuid()},
                              {"recipients", schema::integer()},
                              {"jobIds", schema::list_of(schema::text())}}));
    router.get("/api/admin/mail/jobs/:id", guard.admin(this, &NotificationsApi::job_status),
               Operation("Mail", "How far a mail has come")
                   .answers(200, "The mail's job",
                            {{"id", schema::text()},
                             {"state", schema::text()},
                             {"progress", schema::anything()},
                             {"attempts", schema::integer()},
                             {"failedReason", schema::text().nullable()}})
                   .refuses(404, {"not_found"}));
}

Task<http::Reply> NotificationsApi::notify(http::Request& request,
                                           const accounts::Principal& principal) {
    http::BodyReader body(request);
    auto audience = newsletters::read_audience(body);
    const auto model = read_mail(body);
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto now = clock_.now();
    Notification notification{.id = new_id(now, random_),
                              .audience = std::move(audience),
                              .mail = mail::render_notification(model),
                              .created_by = principal.user_id,
                              .created_at = now};
    auto work = [&notification, this](sql::Session& session) {
        return write_notification(session, notification, outbox_);
    };
    const auto mail_ids = co_await database_.write(std::move(work));
    if (!mail_ids) {
        co_return mail_ids.error();
    }
    boost::json::object members;
    members["id"] = notification.id;
    members["recipients"] = mail_ids->size();
    boost::json::array job_ids;
    for (std::size_t i = 0; i < std::min(mail_ids->size(), kMaxListedJobs); ++i) {
        job_ids.emplace_back((*mail_ids)[i]);
    }
    members["jobIds"] = std::move(job_ids);
    co_return http::success(202, "Notification queued", std::move(members));
}

Task<http::Reply> NotificationsApi::job_status(http::Request& request, const accounts::Principal&) {
    const auto status = co_await pipeline_.status(request.parameter("id"));
    if (!status) {
        co_return not_found("There is no mail with this id");
    }
    boost::json::object members;
    members["id"] = status->id;
    members["state"] = status->state;
    boost::system::error_code malformed;
    members["progress"] = boost::json::parse(status->progress, malformed);
    members["attempts"] = status->attempts;
    members["failedReason"] = status->failed_reason
                                  ? boost::json::value(boost::json::string(*status->failed_reason))
                                  : boost::json::value(nullptr);
    co_return http::success(200, "Mail job", std::move(members));
}

}  // namespace tripos::operations
