// SPDX-License-Identifier: MIT
#include "operations/mail_api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value_from.hpp>
#include <set>

#include "accounts/candidate.hpp"
#include "core/id.hpp"
#include "http/json_body.hpp"
#include "mail/near_addresses.hpp"
#include "module/command.hpp"
#include "module/entity.hpp"
#include "notices/delivery_rows.hpp"
#include "notices/mail_job.hpp"
#include "sql/near_texts.hpp"

namespace tripos::operations {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using http::Operation;
using http::Reply;
using http::Request;

constexpr const char* kMailTag = "Mail";
constexpr std::int64_t kMostMails = 50;
constexpr std::int64_t kMostNear = 10;
constexpr std::string_view kStates[] = {"PENDING", "QUEUED",   "DEFERRED",   "SENT",
                                        "FAILED",  "IN_DOUBT", "SUPPRESSED", "CANCELLED"};

constexpr auto kTry =
    entity::Table(entity::Member{nullptr, &notices::LoggedTry::number, "number"},
                  entity::Member{nullptr, &notices::LoggedTry::at, "at"},
                  entity::Member{nullptr, &notices::LoggedTry::outcome, "outcome"},
                  entity::Member{nullptr, &notices::LoggedTry::code, "code"},
                  entity::Member{nullptr, &notices::LoggedTry::reply, "reply"});
constexpr auto kMail =
    entity::Table(entity::Member{nullptr, &notices::LoggedMail::id, "id"},
                  entity::Member{nullptr, &notices::LoggedMail::to, "to"},
                  entity::Member{nullptr, &notices::LoggedMail::kind, "kind"},
                  entity::Member{nullptr, &notices::LoggedMail::subject, "subject"},
                  entity::Member{nullptr, &notices::LoggedMail::status, "status"},
                  entity::Member{nullptr, &notices::LoggedMail::reason, "reason"},
                  entity::Member{nullptr, &notices::LoggedMail::created_at, "createdAt"},
                  entity::Member{nullptr, &notices::LoggedMail::finished_at, "finishedAt"},
                  entity::Member{nullptr, &notices::LoggedMail::next_try_at, "nextTryAt"});

http::Schema mail_shape() {
    const auto one_try = schema::object(entity::shapes(kTry));
    return schema::object(
               schema::joined(entity::shapes(kMail), {{"tries", schema::list_of(one_try)}}))
        .named("LoggedMail");
}

json::object report_json(const notices::MailClassReport& report) {
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

Error no_such_mail() {
    return not_found("no such mail");
}

Task<Reply> mail_stats(const OperationsParts& parts, Request&) {
    json::array data;
    for (const auto& report : parts.pipeline.report()) {
        data.push_back(report_json(report));
    }
    co_return http::success(200, "Mails", {{"data", std::move(data)}});
}

/// As it was asked, each empty where it was not.
struct LogAsked {
    std::string address;
    std::string status;
    std::string id;
};

Result<notices::LogQuery> read_query(const LogAsked& asked) {
    const auto parsed = mail::parse_address(asked.address);
    std::vector<FieldError> problems;
    if (!asked.address.empty() && !parsed) {
        problems.push_back({"address", "address must look like name@example.org"});
    }
    if (!asked.status.empty() &&
        std::find(std::begin(kStates), std::end(kStates), asked.status) == std::end(kStates)) {
        problems.push_back({"status", "status must be one that mails have, for example FAILED"});
    }
    if (asked.address.empty() && asked.status.empty() && asked.id.empty()) {
        problems.push_back({"address", "name an address, a status or an id"});
    }
    if (!problems.empty()) {
        return invalid_fields(std::move(problems));
    }
    return notices::LogQuery{
        .canonical = parsed ? parsed->canonical : "", .status = asked.status, .id = asked.id};
}

Task<Reply> answer_log(const OperationsParts& parts, LogAsked asked) {
    const auto query = read_query(asked);
    if (!query) {
        co_return query.error();
    }
    auto look = [&query](sql::Session& session) {
        return notices::find_log(session, *query, kMostMails);
    };
    // Those of a state may be found only by looking at every row.
    const bool is_quick = !query->canonical.empty() || !query->id.empty();
    const auto turn = is_quick ? sql::Turn::urgent : sql::Turn::bulk;
    const auto mails = co_await parts.database.read(std::move(look), turn);
    auto json = http::success_body("Mails");
    json.name("data").begin_array();
    for (const auto& mail : mails) {
        json.begin_object();
        entity::write(json, mail, kMail);
        entity::write_all(json.name("tries"), mail.tries, kTry);
        json.end_object();
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

/// Of accounts and of mails, those that somebody may have meant who typed another one.
Task<Reply> near_addresses(const OperationsParts& parts, Request& request) {
    const auto asked = mail::parse_address(request.query_parameter("address").value_or(""));
    if (!asked) {
        co_return invalid_field("address", "address must look like name@example.org");
    }
    auto look = [wanted =
                     sql::NearTexts{.texts = mail::one_slip_away(asked->canonical),
                                    .start = std::string(mail::before_domain(asked->canonical)),
                                    .most = kMostNear},
                 itself = asked->canonical](sql::Session& session) {
        std::set<std::string> all;
        for (const auto& known : {accounts::find_near_addresses(session, wanted),
                                  notices::find_near_addresses(session, wanted)}) {
            all.insert(known.begin(), known.end());
        }
        all.erase(itself);
        return all;
    };
    const auto found = co_await parts.database.read(std::move(look), sql::Turn::bulk);
    json::array data;
    for (const auto& address : found) {
        data.emplace_back(address);
    }
    co_return http::success(200, "Addresses", {{"data", std::move(data)}});
}

Task<Reply> resend(const OperationsParts& parts, Request&, std::string id) {
    const auto done = co_await parts.pipeline.resend(std::move(id), parts.clock.now());
    co_return done ? Reply(http::success(200, "The mail is on its way again")) : done.error();
}

Task<Reply> job_status(const OperationsParts& parts, Request&, std::string id) {
    const auto status = co_await parts.pipeline.status(std::move(id));
    if (!status) {
        co_return not_found("There is no mail with this id");
    }
    boost::system::error_code malformed;
    co_return http::success(200, "Mail job",
                            {{"id", status->id},
                             {"state", status->state},
                             {"progress", json::parse(status->progress, malformed)},
                             {"attempts", status->attempts},
                             {"failedReason", json::value_from(status->failed_reason)}});
}

Task<Reply> find_log(const OperationsParts& parts, Request& request) {
    const auto word = [&request](const char* name) {
        return request.query_parameter(name).value_or("");
    };
    LogAsked asked{.address = word("address"), .status = word("status"), .id = word("id")};
    co_return co_await answer_log(parts, std::move(asked));
}

Task<Reply> control_log(const OperationsParts& parts, Request& request) {
    http::BodyReader body(request);
    LogAsked asked{.address = body.maybe_text("address").value_or(""),
                   .status = body.maybe_text("status").value_or(""),
                   .id = body.maybe_text("id").value_or("")};
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await answer_log(parts, std::move(asked));
}

Task<Reply> control_resend(const OperationsParts& parts, Request& request) {
    http::BodyReader body(request);
    auto id = body.text("id");
    if (auto error = body.error()) {
        co_return *error;
    }
    if (!is_uuid(id)) {
        co_return no_such_mail();
    }
    co_return co_await resend(parts, request, std::move(id));
}

Task<Reply> control_test(const OperationsParts& parts, const std::string& from, Request& request) {
    http::BodyReader body(request);
    const auto address = mail::parse_address(body.text("address"));
    if (!address) {
        co_return invalid_field("address", "address must look like name@example.org");
    }
    const auto sender = notices::parse_sender(from);
    if (!sender) {
        co_return sender.error();
    }
    const auto now = parts.clock.now();
    mail::Message message{.from_name = sender->name,
                          .from = sender->address,
                          .to = *address,
                          .subject = "Test mail from Tripos",
                          .html = "<p>This mail was sent by <code>tripos mail test</code>.</p>",
                          .message_id = new_id(now, parts.random) + "@" + sender->domain,
                          .date = now};
    const auto probe = co_await parts.transport.probe(std::move(message));
    co_return http::success(200, "Tried",
                            {{"outcome", notices::to_string(probe.delivery.kind)},
                             {"code", probe.delivery.code},
                             {"reply", probe.delivery.reply},
                             {"dialogue", json::value_from(probe.dialogue)}});
}

}  // namespace

void add_mail_routes(http::Router& router, const accounts::Guard& guard,
                     const OperationsParts& parts) {
    router.get("/api/admin/mail/stats",
               guard.staff(accounts::Capability::operate, std::cref(parts), mail_stats),
               Operation("Mail", "How the mails of each class fare, since the start")
                   .details("Seconds from acceptance to the relay's yes, over the newest 2,048.")
                   .answers(200, "The classes", {{"data", schema::list_of(class_shape())}}));
    router.get("/api/admin/mail/log",
               guard.staff(accounts::Capability::operate, std::cref(parts), find_log),
               Operation("Mail", "The newest mails to an address, of a status or with an id")
                   .details("At most 50, with every try. At least one of the three is asked for.")
                   .asks("address", schema::email(), "The whole address")
                   .asks("status", schema::one_of({std::begin(kStates), std::end(kStates)}),
                         "Only mails that stand so")
                   .asks("id", schema::text(), "Of the mail, as its job has it")
                   .answers(200, "The mails", {{"data", schema::list_of(mail_shape())}}));
    router.get(
        "/api/admin/mail/near",
        guard.staff(accounts::Capability::operate, std::cref(parts), near_addresses),
        Operation("Mail", "Known addresses that may have been meant")
            .details("One slip of a key away, or the same name at another domain: of accounts, and "
                     "of mails that are kept. A few of each.")
            .asks("address", schema::email(), "The one that was typed")
            .answers(200, "The addresses", {{"data", schema::list_of(schema::text())}}));
    router.post("/api/admin/mail/messages/:id/resend",
                guard.staff(accounts::Capability::operate, std::cref(parts),
                            http::PathId{"id", no_such_mail()}, resend),
                Operation("Mail", "Send a finished mail once more, under the same Message-ID")
                    .answers(200, "On its way")
                    .refuses(404, {"not_found"})
                    .refuses(409, {"mail_not_finished", "suppressed"}));
    router.get("/api/admin/mail/jobs/:id",
               guard.staff(accounts::Capability::operate, std::cref(parts), http::PathText{"id"},
                           job_status),
               Operation("Mail", "How far a mail has come")
                   .answers(200, "The mail's job",
                            {{"id", schema::text()},
                             {"state", schema::text()},
                             {"progress", schema::anything()},
                             {"attempts", schema::integer()},
                             {"failedReason", schema::text().nullable()}})
                   .refuses(404, {"not_found"}));
}

void add_mail_control_routes(http::Router& router, const OperationsParts& parts, std::string from) {
    const auto add = [&router](const std::string& name, http::Handler handler) {
        router.post("/control/mail/" + name, std::move(handler), Operation("Mail commands", name));
    };
    const auto test = [from = std::move(from)](const OperationsParts& all, Request& request) {
        return control_test(all, from, request);
    };
    add("stats", http::bind(std::cref(parts), mail_stats));
    add("log", http::bind(std::cref(parts), control_log));
    add("resend", recorded_command(parts, http::bind(std::cref(parts), control_resend)));
    add("test", recorded_command(parts, http::bind(std::cref(parts), test)));
}

}  // namespace tripos::operations
