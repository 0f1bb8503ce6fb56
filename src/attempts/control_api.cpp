// SPDX-License-Identifier: MIT
#include "attempts/control_api.hpp"

#include "accounts/actor.hpp"
#include "http/json_body.hpp"
#include "http/json_writer.hpp"

namespace tripos::attempts {

namespace {

namespace schema = http::schema;
using accounts::Principal;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::int64_t kMostExtraMinutes = 24 * 60;

Task<Reply> close(ExamControl& control, Request& request, const Principal& caller,
                  std::string exam_id) {
    const auto work = co_await control.close(exam_id, accounts::actor_of(request, caller));
    if (!work) {
        co_return work.error();
    }
    auto json = http::success_body("Exam closed");
    json.member("status", "CLOSED").member("endedAttempts", work->total).member("workId", work->id);
    co_return http::finished(200, std::move(json));
}

Task<Reply> extend(ExamControl& control, Request& request, const Principal& caller,
                   std::string exam_id) {
    BodyReader body(request);
    Extension extension;
    extension.more = std::chrono::minutes(body.integer("minutes", 1, kMostExtraMinutes));
    if (body.has("userId")) {
        extension.user_id = body.id("userId");
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto extended = co_await control.extend(exam_id, std::move(extension), caller,
                                                  accounts::actor_of(request, caller));
    if (!extended) {
        co_return extended.error();
    }
    auto json = http::success_body("Deadlines extended");
    json.member("extendedAttempts", *extended);
    co_return http::finished(200, std::move(json));
}

Task<Reply> make_void(ExamControl& control, Request& request, const Principal& caller,
                      std::string attempt_id) {
    BodyReader body(request);
    auto reason = body.text("reason", {.max_length = 1000, .allow_newlines = true});
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done = co_await control.make_void(attempt_id, std::move(reason), caller,
                                                 accounts::actor_of(request, caller));
    co_return done ? Reply(http::success(200, "Attempt voided: the candidate may start again"))
                   : done.error();
}

}  // namespace

void add_exam_control_routes(http::Router& router, const accounts::Guard& guard,
                             ExamControl& control) {
    const http::PathId exam_id{"examId", exams::no_exam()};
    const http::PathId attempt_id{"attemptId", not_found("Attempt not found")};
    router.post(
        "/api/exam/:examId/close",
        guard.staff(accounts::Capability::publish, std::ref(control), exam_id, close),
        Operation("Exam control", "Close a published exam now")
            .details("From that instant on nobody starts, saves or submits. Of many running "
                     "attempts the first have ended with the answer; GET "
                     "/api/admin/work/{workId} tells how far the others are.")
            .answers(200, "Closed",
                     {{"status", schema::one_of({"CLOSED"})},
                      {"endedAttempts", schema::integer()},
                      {"workId", schema::uuid()}})
            .refuses(400, {"exam_not_published"})
            .refuses(404, {"not_found"}));
    router.post("/api/exam/:examId/extend",
                guard.staff(accounts::Capability::invigilate, std::ref(control), exam_id, extend),
                Operation("Exam control", "Give everyone, or one candidate, more time")
                    .takes({{"minutes", schema::integer().with("minimum", 1)},
                            {"userId?", schema::uuid().nullable()}})
                    .answers(200, "Extended", {{"extendedAttempts", schema::integer()}})
                    .refuses(400, {"exam_not_published", "exam_not_active"})
                    .refuses(404, {"not_found"}));
    router.post(
        "/api/exam-attempt/:attemptId/void",
        guard.staff(accounts::Capability::invigilate, std::ref(control), attempt_id, make_void),
        Operation("Exam control", "Void an attempt, so that the candidate may start again")
            .takes({{"reason", schema::text()}})
            .answers(200, "Voided")
            .refuses(404, {"not_found"})
            .refuses(409, {"already_void"}));
}

}  // namespace tripos::attempts
