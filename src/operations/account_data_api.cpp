// SPDX-License-Identifier: MIT
#include "operations/account_data_api.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include "accounts/shapes.hpp"
#include "attempts/shapes.hpp"
#include "notices/outbox_rows.hpp"
#include "results/shapes.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

using http::Operation;

json::object to_json(const notices::UserMail& mail) {
    return {{"kind", mail.kind},
            {"subject", mail.subject},
            {"status", mail.status},
            {"createdAt", to_iso8601(mail.created_at)},
            {"finishedAt",
             mail.finished_at ? json::value(to_iso8601(*mail.finished_at)) : json::value(nullptr)}};
}

http::Schema export_shape() {
    using namespace http::schema;
    const auto session = object({{"createdAt", instant()}, {"expiresAt", instant()}});
    const auto mail = object({{"kind", text()},
                              {"subject", text()},
                              {"status", text()},
                              {"createdAt", instant()},
                              {"finishedAt", instant().nullable()}});
    const auto answer = object({{"questionId", uuid()},
                                {"selectedOptionIds", list_of(uuid())},
                                {"numericalAnswer", number().nullable()}});
    const auto attempt = object({{"attemptId", uuid()},
                                 {"examId", uuid()},
                                 {"status", attempts::shapes::attempt_status()},
                                 {"startedAt", instant()},
                                 {"submittedAt", instant().nullable()},
                                 {"answers", list_of(answer)},
                                 {"examTitle", text()},
                                 {"result", object(results::shapes::score()).nullable()}});
    return object({{"exportedAt", instant()},
                   {"account", accounts::shapes::admin_view()},
                   {"sessions", list_of(session)},
                   {"mails", list_of(mail)},
                   {"attempts", list_of(attempt)}})
        .named("AccountExport");
}

}  // namespace

void AccountDataApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.get("/api/profile/me/export", guard.verified(this, &AccountDataApi::send),
               Operation("Profile", "Everything the site keeps about the caller")
                   .answers(200, "As a file", {{"data", export_shape()}})
                   .refuses(404, {"not_found"}));
}

Task<http::Reply> AccountDataApi::send(http::Request&, const accounts::Principal& principal) {
    const auto account = co_await parts_.accounts.export_members(principal.user_id);
    if (!account) {
        co_return not_found("User not found");
    }
    const auto mails = co_await mails_of(principal.user_id);
    const auto attempts = co_await parts_.exams.attempts(principal.user_id);
    std::string text = R"({"success":true,"message":"Your data","data":{"exportedAt":")";
    text.append(to_iso8601(clock_.now())).append("\",").append(*account);
    text.append(",\"mails\":").append(mails);
    text.append(",\"attempts\":").append(attempts).append("}}");
    auto response = http::json_response(200, std::move(text));
    response.with_header("Content-Disposition", "attachment; filename=\"tripos-data.json\"");
    co_return response;
}

Task<std::string> AccountDataApi::mails_of(std::string user_id) {
    auto look = [&user_id](sql::Session& session) {
        return notices::list_of_user(session, user_id, kMostMails);
    };
    const auto mails = co_await parts_.database.read(std::move(look));
    json::array found;
    for (const auto& mail : mails) {
        found.push_back(to_json(mail));
    }
    co_return json::serialize(found);
}

}  // namespace tripos::operations
