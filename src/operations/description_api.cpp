// SPDX-License-Identifier: MIT
#include "operations/description_api.hpp"

#include <boost/json/parse.hpp>

#include "http/openapi.hpp"

namespace tripos::operations {

namespace embedded {
std::string_view file(std::string_view name);  // generated from src/operations/pages
}

namespace {

constexpr const char* kIntroduction =
    "The API of the examination server. Bodies are JSON in UTF-8, ids are UUIDs, times are ISO "
    "8601 in UTC.\n\n"
    "**One envelope.** Every JSON answer is an object with `success` and `message` (a sentence for "
    "people), beside them what was asked for, under a name of its own: `data`, `exam`, `exams`, "
    "`newsletter`; lists that come in pages add `pagination`. When `success` is false the object "
    "is "
    "an RFC 9457 problem: programs look at `code`, which is stable, forms at `errors`, which names "
    "each field at fault, and `requestId` finds the request in the log.\n\n"
    "Log in to get a token, and send it as `Authorization: Bearer` or let the cookie do it; with "
    "the cookie, a changing request must come from a page of this site. Every path that answers "
    "GET answers HEAD, and OPTIONS says what it answers.";

/// In the order of use; what machines and developers ask comes last.
std::vector<http::Tag> tags() {
    return {
        {"Accounts", "From sign-up to log-out, and forgotten passwords"},
        {"Profile", "What people see and change of their own account"},
        {"Exams", "Writing and publishing exams; which of them run now"},
        {"Attempts", "A candidate's own work on an exam"},
        {"Results", "Scores, analyses and the leaderboard"},
        {"Questions", "The bank that exams are made of"},
        {"Exam control", "What staff may do to an exam that runs or ran"},
        {"Users", "The accounts, for administrators"},
        {"Cohorts", "Who the candidates are: rosters, invitations"},
        {"Accommodations", "More time, or a window of their own, for single candidates"},
        {"Mail", "Notifications, and what became of each mail"},
        {"Newsletters", "Bulk mail, mailing lists and the addresses that get none"},
        {"Audit", "Who did what, when and from where"},
        {"Queues", "The queues of jobs, for operators"},
        {"Cache", "What the cache holds and does, for operators"},
        {"Pages", "The server's own pages"},
        {"Dev inbox", "The mails of a server without a relay; served to this machine only"},
        {"Operation", "Probes, figures, and how far long work is"},
    };
}

}  // namespace

void DescriptionApi::add_routes(http::Router& router) {
    router_ = &router;
    router.get("/openapi.json", http::open(this, &DescriptionApi::send),
               http::Operation("Pages", "This description, for programs")
                   .sends(200, "application/json", "OpenAPI 3.1", http::schema::anything()));
}

Task<http::Reply> DescriptionApi::send(http::Request& request) {
    std::call_once(generated_, [this] {
        const http::ApiInfo info{
            .title = "Tripos",
            .version = version_,
            .description = kIntroduction,
            .tags = tags(),
            .examples = boost::json::parse(embedded::file("pages/api_examples.json")).as_object()};
        document_.emplace("application/json; charset=utf-8",
                          http::openapi_document(*router_, info));
    });
    co_return document_->answer(request);
}

}  // namespace tripos::operations
