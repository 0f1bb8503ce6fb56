// SPDX-License-Identifier: MIT
#include "exams/control_api.hpp"

#include "exams/api_support.hpp"
#include "http/json_body.hpp"

namespace tripos::exams {

namespace {

namespace schema = http::schema;
using http::BodyReader;
using http::Operation;

constexpr std::int64_t kMostExtraMinutes = 24 * 60;

http::Response no_exam() {
    return http::problem(not_found("Exam not found"));
}

}  // namespace

void ControlApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.post(
        "/api/exam/:examId/close", guard.admin(this, &ControlApi::close),
        Operation("Exam control", "Close a published exam now")
            .details("Nobody starts any more, and running attempts end.")
            .answers(200, "Closed",
                     {{"status", schema::one_of({"CLOSED"})}, {"endedAttempts", schema::integer()}})
            .refuses(400, {"exam_not_published"})
            .refuses(404, {"not_found"}));
    router.post("/api/exam/:examId/extend", guard.admin(this, &ControlApi::extend),
                Operation("Exam control", "Give everyone, or one candidate, more time")
                    .takes({{"minutes", schema::integer().with("minimum", 1)},
                            {"userId?", schema::uuid().nullable()}})
                    .answers(200, "Extended", {{"extendedAttempts", schema::integer()}})
                    .refuses(400, {"exam_not_published", "exam_not_active"})
                    .refuses(404, {"not_found"}));
    router.post("/api/exam-attempt/:attemptId/void", guard.admin(this, &ControlApi::make_void),
                Operation("Exam control", "Void an attempt, so that the candidate may start again")
                    .takes({{"reason", schema::text()}})
                    .answers(200, "Voided")
                    .refuses(404, {"not_found"})
                    .refuses(409, {"already_void"}));
    router.post(
        "/api/result/:examId/calculate", guard.admin(this, &ControlApi::calculate),
        Operation("Exam control", "Grade every attempt anew")
            .answers(200, "Graded", {{"graded", schema::integer()}, {"changed", schema::integer()}})
            .refuses(404, {"not_found"}));
    // The original API calculated on GET, and its administrators' page still may.
    router.refuse(http::Method::get, "/api/result/:examId/calculate",
                  guard.admin(this, &ControlApi::say_post));
}

Task<http::Response> ControlApi::close(http::Request& request, const accounts::Principal& caller) {
    const auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return no_exam();
    }
    const auto ended = co_await control_.close(*exam_id, caller.user_id);
    if (!ended) {
        co_return http::problem(ended.error());
    }
    auto json = success_body("Exam closed");
    json.member("status", "CLOSED").member("endedAttempts", *ended).end_object();
    co_return http::json_response(200, json.take());
}

Task<http::Response> ControlApi::extend(http::Request& request, const accounts::Principal& caller) {
    const auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return no_exam();
    }
    BodyReader body(request);
    Extension extension;
    extension.more = std::chrono::minutes(body.integer("minutes", 1, kMostExtraMinutes));
    if (body.has("userId")) {
        extension.user_id = body.id("userId");
    }
    if (const auto error = body.error()) {
        co_return http::problem(*error);
    }
    const auto extended = co_await control_.extend(*exam_id, std::move(extension), caller.user_id);
    if (!extended) {
        co_return http::problem(extended.error());
    }
    auto json = success_body("Deadlines extended");
    json.member("extendedAttempts", *extended).end_object();
    co_return http::json_response(200, json.take());
}

Task<http::Response> ControlApi::make_void(http::Request& request,
                                           const accounts::Principal& caller) {
    const auto attempt_id = id_parameter(request, "attemptId");
    if (!attempt_id) {
        co_return http::problem(not_found("Attempt not found"));
    }
    BodyReader body(request);
    auto reason = body.text("reason", {.max_length = 1000, .allow_newlines = true});
    if (const auto error = body.error()) {
        co_return http::problem(*error);
    }
    const auto done = co_await control_.make_void(*attempt_id, std::move(reason), caller.user_id);
    co_return done ? plain_success("Attempt voided: the candidate may start again")
                   : http::problem(done.error());
}

Task<http::Response> ControlApi::calculate(http::Request& request,
                                           const accounts::Principal& caller) {
    const auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return no_exam();
    }
    const auto report = co_await control_.regrade(*exam_id, caller.user_id);
    if (!report) {
        co_return http::problem(report.error());
    }
    auto json = success_body("Results calculated");
    json.member("graded", report->graded).member("changed", report->changed).end_object();
    co_return http::json_response(200, json.take());
}

Task<http::Response> ControlApi::say_post(http::Request&, const accounts::Principal&) {
    co_return http::problem(405, "method_not_allowed", "Results are calculated with POST")
        .with_header("Allow", "POST");
}

}  // namespace tripos::exams
