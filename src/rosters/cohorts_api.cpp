// SPDX-License-Identifier: MIT
#include "rosters/cohorts_api.hpp"

#include "accounts/actor.hpp"
#include "core/text.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::rosters {

namespace {

namespace schema = http::schema;
using accounts::Capability;
using accounts::Principal;
using http::Operation;
using http::Reply;
using http::Request;

constexpr const char* kCohortsTag = "Cohorts";
constexpr std::size_t kLongestCohortName = 100;
constexpr std::size_t kLongestKey = 200;
constexpr std::size_t kLongestCsv = 1'000'000;  // the body's own limit is no larger
constexpr std::int64_t kMembersPerPage = 100;
constexpr http::TextRule kReason{.max_length = 1000, .allow_newlines = true};
constexpr std::string_view kNothingDone = "Nothing was done: this is what it would touch";

http::Schema cohort_shape() {
    return schema::object(entity::shapes(cohort_store::kMembers)).named("Cohort");
}

http::Schema member_shape() {
    return schema::object(entity::shapes(accounts::kEnrolledMembers)).named("CohortMember");
}

enum class Wanted { always, unless_dry };

/// `reason` and `dryRun`.
RosterAct read_act(http::BodyReader& body, const Request& request, const Principal& caller,
                   Wanted reason) {
    RosterAct act;
    act.is_dry_run = body.flag_or("dryRun", false);
    act.actor = accounts::actor_of(request, caller);
    act.reason = reason == Wanted::unless_dry && act.is_dry_run
                     ? body.maybe_text("reason", kReason).value_or("")
                     : body.text("reason", kReason);
    return act;
}

void write_touched(http::JsonWriter& json, const RosterTouched& touched) {
    json.member("candidates", touched.candidates);
    entity::write_all(json.name("touches"), touched.first, accounts::kEnrolledMembers);
}

Reply answer_with(const RosterTouched& touched, bool is_dry_run, std::string_view done) {
    auto json = http::success_body(is_dry_run ? kNothingDone : done);
    write_touched(json, touched);
    return http::finished(200, std::move(json));
}

http::Members touched_members() {
    return {{"candidates", schema::integer().says("Whom this touches")},
            {"touches", schema::list_of(member_shape()).says("The first hundred of them")}};
}

/// The answer to an import that did not take place.
Error roster_errors(const ImportReport& report) {
    auto error = invalid("roster_errors", "Nothing was imported: correct the cells that are named");
    error.extra.emplace_back("rowErrors", cells_json(report.errors));
    error.extra.emplace_back("warnings", cells_json(report.warnings));
    return error;
}

Task<Reply> create(CohortService& cohorts, Request& request, const Principal& caller) {
    http::BodyReader body(request);
    auto name = body.text("name", {.max_length = kLongestCohortName});
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto cohort =
        co_await cohorts.create(std::move(name), accounts::actor_of(request, caller));
    if (!cohort) {
        co_return cohort.error();
    }
    auto json = http::success_body("Cohort made");
    json.name("cohort").begin_object();
    entity::write(json, *cohort, cohort_store::kMembers);
    json.end_object();
    co_return http::finished(201, std::move(json));
}

Task<Reply> list(CohortService& cohorts, Request&) {
    const auto found = co_await cohorts.list();
    auto json = http::success_body("Cohorts fetched");
    json.name("cohorts");
    entity::write_all(json, found, cohort_store::kMembers);
    co_return http::finished(200, std::move(json));
}

Task<Reply> remove(CohortService& cohorts, Request& request, const Principal& caller,
                   std::string id) {
    http::BodyReader body(request);
    auto act = read_act(body, request, caller, Wanted::always);
    const bool is_dry_run = act.is_dry_run;
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto touched = co_await cohorts.remove(std::move(id), std::move(act));
    co_return touched ? answer_with(*touched, is_dry_run, "Cohort deleted")
                      : Reply(touched.error());
}

Task<Reply> members(CohortService& cohorts, Request& request, std::string id) {
    const auto after = request.query_parameter("after").value_or("");
    if (after.size() > kLongestKey || !is_valid_utf8(after) || has_control_characters(after)) {
        co_return invalid_field("after", "after is an enrolment number");
    }
    const auto found =
        co_await cohorts.members(std::move(id), accounts::enrolment_key(after), kMembersPerPage);
    if (!found) {
        co_return found.error();
    }
    auto json = http::success_body("Members fetched");
    entity::write_all(json.name("members"), *found, accounts::kEnrolledMembers);
    co_return http::finished(200, std::move(json));
}

Task<Reply> import(CohortService& cohorts, Request& request, const Principal& caller,
                   std::string id) {
    http::BodyReader body(request);
    auto csv = body.text("csv", {.max_length = kLongestCsv, .allow_newlines = true});
    auto act = read_act(body, request, caller, Wanted::unless_dry);
    const bool is_dry_run = act.is_dry_run;
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto report = co_await cohorts.import(std::move(id), std::move(csv), std::move(act));
    if (!report) {
        co_return report.error();
    }
    if (!is_dry_run && !report->errors.empty()) {
        co_return roster_errors(*report);
    }
    auto json = http::success_body(is_dry_run ? "This would be imported" : "Roster imported");
    json.member("dryRun", is_dry_run)
        .member("added", report->added)
        .member("vouched", report->vouched)
        .member_raw("rowErrors", cells_json(report->errors))
        .member_raw("warnings", cells_json(report->warnings));
    write_touched(json, report->touched);
    co_return http::finished(200, std::move(json));
}

Task<Reply> remove_members(CohortService& cohorts, Request& request, const Principal& caller,
                           std::string id) {
    http::BodyReader body(request);
    std::vector<std::string> numbers;
    const auto* given = body.array("enrollmentNumbers", Sheet::kMostRows);
    for (std::size_t i = 0; given != nullptr && i < given->size(); ++i) {
        const auto* text = (*given)[i].if_string();
        if (text == nullptr) {
            body.reject("enrollmentNumbers", "enrollmentNumbers must be a list of texts");
            break;
        }
        numbers.emplace_back(*text);
    }
    if (given == nullptr && !body.error()) {
        body.reject("enrollmentNumbers", "enrollmentNumbers is required");
    }
    auto act = read_act(body, request, caller, Wanted::always);
    const bool is_dry_run = act.is_dry_run;
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto touched =
        co_await cohorts.remove_members(std::move(id), std::move(numbers), std::move(act));
    co_return touched ? answer_with(*touched, is_dry_run, "Candidates taken out")
                      : Reply(touched.error());
}

Task<Reply> invite(CohortService& cohorts, Request& request, const Principal& caller,
                   std::string id) {
    const auto invited =
        co_await cohorts.invite(std::move(id), accounts::actor_of(request, caller));
    if (!invited) {
        co_return invited.error();
    }
    co_return http::success(202, "Invitations are on their way", {{"invited", *invited}});
}

}  // namespace

void add_cohort_routes(http::Router& router, const accounts::Guard& guard, CohortService& cohorts) {
    const http::PathId id{"id", no_cohort()};
    const std::string base = "/api/admin/cohorts";
    router.post(base, guard.staff(Capability::accounts, std::ref(cohorts), create),
                Operation(kCohortsTag, "Make a cohort")
                    .takes({{"name", schema::text()}})
                    .answers(201, "Made", {{"cohort", cohort_shape()}})
                    .refuses(409, {"cohort_exists"}));
    router.get(base, guard.staff(Capability::accounts, std::ref(cohorts), list),
               Operation(kCohortsTag, "The cohorts")
                   .answers(200, "By name", {{"cohorts", schema::list_of(cohort_shape())}}));
    router.delete_(base + "/:id", guard.staff(Capability::accounts, std::ref(cohorts), id, remove),
                   Operation(kCohortsTag, "Delete a cohort")
                       .details("Accounts and enrolment numbers stay.")
                       .takes({{"reason", schema::text()}, {"dryRun?", schema::flag()}})
                       .answers(200, "Deleted, or what would be", touched_members())
                       .refuses(404, {"not_found"})
                       .refuses(409, {"cohort_in_use"}));
    router.get(base + "/:id/members",
               guard.staff(Capability::accounts, std::ref(cohorts), id, members),
               Operation(kCohortsTag, "The members of a cohort")
                   .asks("after", schema::text(), "The enrolment number of the last one seen")
                   .answers(200, "100 of them, by enrolment number",
                            {{"members", schema::list_of(member_shape())}})
                   .refuses(404, {"not_found"}));
    const http::Members report{{"dryRun", schema::flag()},
                               {"added", schema::integer()},
                               {"vouched", schema::integer()},
                               {"rowErrors", cells_shape()},
                               {"warnings", cells_shape()}};
    router.post(
        base + "/:id/import", guard.staff(Capability::accounts, std::ref(cohorts), id, import),
        Operation(kCohortsTag, "Import a roster")
            .details("csv has the columns enrollmentNumber, email and fullName, in any "
                     "order, separated by comma, semicolon or tab. Staff vouch for the "
                     "numbers: an account of another address loses them. All or nothing; a "
                     "dry run says what would be.")
            .takes({{"csv", schema::text()},
                    {"dryRun?", schema::flag()},
                    {"reason?", schema::text().nullable().says("Required unless it is a dry run")}})
            .answers(200, "What was done, or would be", schema::joined(report, touched_members()))
            .refuses(400, {"roster_errors"},
                     {{"rowErrors?", cells_shape()}, {"warnings?", cells_shape()}})
            .refuses(404, {"not_found"}));
    router.post(base + "/:id/members/remove",
                guard.staff(Capability::accounts, std::ref(cohorts), id, remove_members),
                Operation(kCohortsTag, "Take candidates out of a cohort")
                    .takes({{"enrollmentNumbers", schema::list_of(schema::text())},
                            {"reason", schema::text()},
                            {"dryRun?", schema::flag()}})
                    .answers(200, "Those who were in it", touched_members())
                    .refuses(404, {"not_found"}));
    router.post(base + "/:id/invite",
                guard.staff(Capability::accounts, std::ref(cohorts), id, invite),
                Operation(kCohortsTag, "Invite the members without an account")
                    .details("Each gets a link of 7 days by which to choose a password. Whose link "
                             "still works gets no second one.")
                    .answers(202, "The mails are on their way", {{"invited", schema::integer()}})
                    .refuses(404, {"not_found"}));
}

}  // namespace tripos::rosters
