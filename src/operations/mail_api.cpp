// SPDX-License-Identifier: MIT
#include "operations/mail_api.hpp"

#include <boost/json/array.hpp>

#include "core/id.hpp"
#include "http/json_body.hpp"
#include "notices/delivery_rows.hpp"
#include "notices/mail_job.hpp"

namespace tripos::operations {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using http::Operation;

constexpr const char* kTag = "Mail";
constexpr std::int64_t kMostMails = 50;

json::value or_null(const std::optional<std::string>& text) {
    return text ? json::value(json::string(*text)) : json::value(nullptr);
}

json::object to_json(const notices::LoggedMail& mail) {
    json::array tries;
    for (const auto& one : mail.tries) {
        tries.push_back(json::object{{"number", one.number},
                                     {"at", to_iso8601(one.at)},
                                     {"outcome", one.outcome},
                                     {"code", one.code},
                                     {"reply", one.reply}});
    }
    const auto finished = mail.finished_at ? std::optional(to_iso8601(*mail.finished_at))
                                           : std::optional<std::string>();
    return {{"id", mail.id},
            {"to", mail.to},
            {"kind", mail.kind},
            {"subject", mail.subject},
            {"status", mail.status},
            {"reason", or_null(mail.reason)},
            {"createdAt", to_iso8601(mail.created_at)},
            {"finishedAt", or_null(finished)},
            {"tries", std::move(tries)}};
}

http::Schema mail_shape() {
    using namespace schema;
    const auto one_try = object({{"number", integer()},
                                 {"at", instant()},
                                 {"outcome", text()},
                                 {"code", integer()},
                                 {"reply", text()}});
    return object({{"id", text()},
                   {"to", text()},
                   {"kind", text()},
                   {"subject", text()},
                   {"status", text()},
                   {"reason", text().nullable()},
                   {"createdAt", instant()},
                   {"finishedAt", instant().nullable()},
                   {"tries", list_of(one_try)}})
        .named("LoggedMail");
}

json::object to_json(const notices::MailClassReport& report) {
    json::object outcomes;
    for (const auto& [name, count] : report.figures.outcomes) {
        outcomes[name] = count;
    }
    return {{"class", report.name},
            {"p50", report.p50.count()},
            {"p95", report.p95.count()},
            {"p99", report.p99.count()},
            {"outcomes", std::move(outcomes)},
            {"resentInDoubt", report.figures.resent_in_doubt},
            {"leftInDoubt", report.figures.left_in_doubt},
            {"secondCopies", report.figures.second_copies},
            {"withdrawn", report.figures.withdrawn}};
}

http::Schema class_shape() {
    using namespace schema;
    return object({{"class", one_of({"security", "notice", "bulk"})},
                   {"p50", number()},
                   {"p95", number()},
                   {"p99", number()},
                   {"outcomes", map_of(integer())},
                   {"resentInDoubt", integer()},
                   {"leftInDoubt", integer()},
                   {"secondCopies", integer()},
                   {"withdrawn", integer()}})
        .named("MailClass");
}

}  // namespace

MailApi::MailApi(MailParts parts, std::string from) : parts_(parts), from_(std::move(from)) {}

void MailApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.get("/api/admin/mail/stats", guard.admin(this, &MailApi::stats),
               Operation(kTag, "How the mails of each class fare, since the start")
                   .details("Seconds from acceptance to the relay's yes, over the newest 2,048.")
                   .answers(200, "The classes", {{"data", schema::list_of(class_shape())}}));
    router.get("/api/admin/mail/log", guard.admin(this, &MailApi::log),
               Operation(kTag, "The newest mails to an address, with every try")
                   .asks("address", schema::email(), "The whole address")
                   .answers(200, "The mails", {{"data", schema::list_of(mail_shape())}}));
    router.post("/api/admin/mail/messages/:id/resend", guard.admin(this, &MailApi::resend),
                Operation(kTag, "Send a finished mail once more, under the same Message-ID")
                    .answers(200, "On its way")
                    .refuses(404, {"not_found"})
                    .refuses(409, {"mail_not_finished", "suppressed"}));
}

void MailApi::add_control_routes(http::Router& router) {
    const auto add = [&router, this](const std::string& name, auto handler) {
        router.post("/control/mail/" + name, http::bind(this, handler),
                    Operation("Mail commands", name));
    };
    add("stats", &MailApi::control_stats);
    add("log", &MailApi::control_log);
    add("resend", &MailApi::control_resend);
    add("test", &MailApi::control_test);
}

http::Response MailApi::answer_stats() const {
    json::array data;
    for (const auto& report : parts_.pipeline.report()) {
        data.push_back(to_json(report));
    }
    json::object members;
    members["data"] = std::move(data);
    return http::success(200, "Mails", std::move(members));
}

Task<http::Reply> MailApi::answer_log(std::string address) {
    const auto parsed = mail::parse_address(address);
    if (!parsed) {
        co_return invalid_field("address", "address must look like name@example.org");
    }
    auto look = [&parsed](sql::Session& session) {
        return notices::find_log(session, parsed->canonical, kMostMails);
    };
    const auto mails = co_await parts_.database.read(std::move(look));
    json::array data;
    for (const auto& mail : mails) {
        data.push_back(to_json(mail));
    }
    json::object members;
    members["data"] = std::move(data);
    co_return http::success(200, "Mails", std::move(members));
}

Task<http::Reply> MailApi::answer_resend(std::string id) {
    if (!is_uuid(id)) {
        co_return not_found("no such mail");
    }
    const auto done = co_await parts_.pipeline.resend(std::move(id), parts_.clock.now());
    co_return done ? http::Reply(http::success(200, "The mail is on its way again")) : done.error();
}

Task<http::Reply> MailApi::stats(http::Request&, const Principal&) {
    co_return answer_stats();
}

Task<http::Reply> MailApi::log(http::Request& request, const Principal&) {
    auto address = request.query_parameter("address").value_or("");
    co_return co_await answer_log(std::move(address));
}

Task<http::Reply> MailApi::resend(http::Request& request, const Principal&) {
    auto id = request.parameter("id");
    co_return co_await answer_resend(std::move(id));
}

Task<http::Reply> MailApi::control_stats(http::Request&) {
    co_return answer_stats();
}

Task<http::Reply> MailApi::control_log(http::Request& request) {
    http::BodyReader body(request);
    auto address = body.text("address");
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await answer_log(std::move(address));
}

Task<http::Reply> MailApi::control_resend(http::Request& request) {
    http::BodyReader body(request);
    auto id = body.text("id");
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await answer_resend(std::move(id));
}

Task<http::Reply> MailApi::control_test(http::Request& request) {
    http::BodyReader body(request);
    const auto address = mail::parse_address(body.text("address"));
    if (!address) {
        co_return invalid_field("address", "address must look like name@example.org");
    }
    const auto sender = notices::parse_sender(from_);
    if (!sender) {
        co_return sender.error();
    }
    const auto now = parts_.clock.now();
    mail::Message message{.from_name = sender->name,
                          .from = sender->address,
                          .to = *address,
                          .subject = "Test mail from Tripos",
                          .html = "<p>This mail was sent by <code>tripos mail test</code>.</p>",
                          .message_id = new_id(now, parts_.random) + "@" + sender->domain,
                          .date = now};
    const auto probe = co_await parts_.transport.probe(std::move(message));
    json::array dialogue;
    for (const auto& line : probe.dialogue) {
        dialogue.emplace_back(line);
    }
    json::object members;
    members["outcome"] = notices::to_string(probe.delivery.kind);
    members["code"] = probe.delivery.code;
    members["reply"] = probe.delivery.reply;
    members["dialogue"] = std::move(dialogue);
    co_return http::success(200, "Tried", std::move(members));
}

}  // namespace tripos::operations
