// SPDX-License-Identifier: MIT
#include "attempts/late_api.hpp"

#include "accounts/actor.hpp"
#include "attempts/shapes.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using accounts::Capability;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::size_t kMostQuestions = 500;
constexpr http::TextRule kLateReason{.max_length = 1000, .allow_newlines = true};

constexpr auto kLateShown =
    entity::only(kLateColumns, &LateAnswer::question_id, &LateAnswer::client_id,
                 &LateAnswer::arrived_at, &LateAnswer::accepted_at, &LateAnswer::accepted_by);

void write_late(http::JsonWriter& json, const std::vector<LateAnswer>& late) {
    json.name("answers").begin_array();
    for (const auto& one : late) {
        json.begin_object();
        entity::write(json, one, kLateShown);
        entity::write(json, one.answer(), kContentMembers);
        json.end_object();
    }
    json.end_array();
}

http::Members late_answers() {
    const auto one = schema::object(schema::joined(entity::shapes(kLateShown), shapes::answer()));
    return {{"answers", schema::list_of(one.named("LateAnswer"))}};
}

Task<Reply> list_late(LateService& late, Request&, const Principal&, std::string attempt_id) {
    const auto found = co_await late.list(std::move(attempt_id));
    if (!found) {
        co_return found.error();
    }
    auto json = http::success_body("Late answers fetched");
    write_late(json, *found);
    co_return http::finished(200, std::move(json));
}

Task<Reply> accept(LateService& late, Request& request, const Principal& caller,
                   std::string attempt_id) {
    BodyReader body(request);
    LateOrder order;
    order.question_ids = body.ids("questionIds", kMostQuestions);
    order.reason = body.text("reason", kLateReason);
    order.is_dry_run = body.flag_or("dryRun", false);
    if (order.question_ids.empty() && body.has("questionIds")) {
        body.reject("questionIds", "questionIds must name questions; without it, all are meant");
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto report =
        co_await late.accept(std::move(attempt_id), order, accounts::actor_of(request, caller));
    if (!report) {
        co_return report.error();
    }
    auto json = http::success_body(order.is_dry_run ? "Nothing was accepted" : "Accepted");
    entity::write(json, *report, kLateReportMembers);
    write_late(json, report->answers);
    write_touched(json, report->touched);
    co_return http::finished(200, std::move(json));
}

}  // namespace

void add_late_routes(http::Router& router, const accounts::Guard& guard, LateService& late) {
    const http::PathId attempt_id{"attemptId", no_attempt()};
    router.get("/api/exam-attempt/:attemptId/late",
               guard.staff(Capability::results, std::ref(late), attempt_id, list_late),
               Operation("Exam control", "What arrived after the end of an attempt")
                   .details("Within 24 hours; the newest of each question. It does not count.")
                   .answers(200, "In the order of arrival", late_answers())
                   .refuses(404, {"not_found"}));
    router.post("/api/exam-attempt/:attemptId/late/accept",
                guard.staff(Capability::results, std::ref(late), attempt_id, accept),
                Operation("Exam control", "Let answers count that came too late")
                    .details("All that are not accepted yet, or those of some questions. The "
                             "attempt is graded again; a dry run says with what score.")
                    .takes({{"questionIds?", schema::list_of(schema::uuid()).nullable()},
                            {"reason", schema::text()},
                            {"dryRun?", schema::flag()}})
                    .answers(200, "Accepted, or what would be",
                             schema::joined(
                                 schema::joined(entity::shapes(kLateReportMembers), late_answers()),
                                 touched_members()))
                    .refuses(404, {"not_found"})
                    .refuses(409, {"attempt_not_ended", "nothing_late"}));
}

}  // namespace tripos::attempts
