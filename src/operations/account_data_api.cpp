// SPDX-License-Identifier: MIT
#include "operations/account_data_api.hpp"

#include "accounts/shapes.hpp"
#include "attempts/shapes.hpp"
#include "module/entity.hpp"
#include "notices/outbox_rows.hpp"
#include "results/result.hpp"
#include "results/shapes.hpp"

namespace tripos::operations {

namespace {

constexpr std::int64_t kMostExported = 10'000;  ///< in one export, the newest

using http::Operation;
using http::Reply;
using http::Request;

constexpr auto kOwnMail =
    entity::Table(entity::Member{nullptr, &notices::UserMail::kind, "kind"},
                  entity::Member{nullptr, &notices::UserMail::subject, "subject"},
                  entity::Member{nullptr, &notices::UserMail::status, "status"},
                  entity::Member{nullptr, &notices::UserMail::created_at, "createdAt"},
                  entity::Member{nullptr, &notices::UserMail::finished_at, "finishedAt"});

http::Schema export_shape() {
    using namespace http::schema;
    const auto mail = object(entity::shapes(kOwnMail));
    const auto answer = object(entity::shapes(attempts::kAnswerMembers));
    const auto taken =
        joined(entity::shapes(results::kTakenMembers), entity::shapes(results::kExamTitle));
    const auto attempt =
        object(joined(taken, {{"answers", list_of(answer)},
                              {"result", object(results::shapes::score()).nullable()}}));
    return object({{"exportedAt", instant()},
                   {"account", accounts::shapes::admin_view()},
                   {"enrolment", object(entity::shapes(accounts::kOwnEnrolmentMembers))
                                     .nullable()
                                     .says("What staff imported of the caller")},
                   {"sessions", list_of(accounts::shapes::session())},
                   {"mails", list_of(mail)},
                   {"attempts", list_of(attempt)}})
        .named("AccountExport");
}

Task<Reply> send(const OperationsParts& parts, Request&, const accounts::Principal& principal) {
    const auto account = co_await parts.accounts.own_data().export_members(principal.user_id);
    if (!account) {
        co_return accounts::no_user();
    }
    auto look = [&principal](sql::Session& session) {
        return notices::list_of_user(session, principal.user_id, kMostExported);
    };
    const auto mails = co_await parts.database.read(std::move(look));
    const auto attempts = co_await parts.candidate_export.attempts(principal.user_id);
    auto json = http::success_body("Your data");
    json.name("data").begin_object().member("exportedAt", parts.clock.now()).splice(*account);
    entity::write_all(json.name("mails"), mails, kOwnMail);
    json.member_raw("attempts", attempts).end_object();
    auto response = http::finished(200, std::move(json));
    response.with_header("Content-Disposition", "attachment; filename=\"tripos-data.json\"");
    co_return response;
}

}  // namespace

void add_account_data_routes(http::Router& router, const accounts::Guard& guard,
                             const OperationsParts& parts) {
    router.get("/api/profile/me/export", guard.verified(std::cref(parts), send),
               Operation("Profile", "Everything the site keeps about the caller")
                   .answers(200, "As a file", {{"data", export_shape()}})
                   .refuses(404, {"not_found"}));
}

}  // namespace tripos::operations
