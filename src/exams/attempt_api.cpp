// SPDX-License-Identifier: MIT
#include "exams/attempt_api.hpp"

#include "exams/api_support.hpp"
#include "exams/decimal.hpp"
#include "exams/shapes.hpp"
#include "http/json_body.hpp"

namespace tripos::exams {

namespace {

namespace schema = http::schema;
using http::BodyReader;
using http::Operation;

constexpr double kLargestNumber = 1e15;
constexpr std::size_t kMostOptions = 50;

AnswerInput read_answer(BodyReader& body) {
    AnswerInput input;
    input.question_id = body.id("questionId");
    if (body.has("selectedOptionIds") || body.is_null("selectedOptionIds")) {
        input.option_ids = body.ids("selectedOptionIds", kMostOptions);
    }
    input.has_number = body.find("numericalAnswer") != nullptr;
    if (const auto number =
            body.maybe_number("numericalAnswer", {.min = -kLargestNumber, .max = kLargestNumber})) {
        input.number = decimal_text(*number);
    }
    return input;
}

}  // namespace

void AttemptApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    router.post("/api/exam-attempt/:examId/start", guard.verified(this, &AttemptApi::start),
                Operation("Attempts", "Start an exam")
                    .details("One attempt per candidate and exam. The clock is the server's.")
                    .answers(201, "Started", {{"attemptId", schema::uuid()}})
                    .refuses(400, {"exam_not_published", "exam_not_active", "already_attempted"})
                    .refuses(404, {"not_found"}));
    router.get("/api/exam-attempt/:examId/attempt", guard.verified(this, &AttemptApi::page),
               Operation("Attempts", "The paper with the answers saved so far")
                   .answers(200, "The running attempt",
                            {{"exam", shapes::paper()},
                             {"attemptId", schema::uuid()},
                             {"remainingSeconds", schema::integer()}})
                   .refuses(403, {"no_active_attempt", "already_submitted", "time_over"}));
    router.post(
        "/api/exam-attempt/:examId/save", guard.verified(this, &AttemptApi::save),
        Operation("Attempts", "Save the answer to one question")
            .details("Answered once it is durable. An empty selectedOptionIds, or a null or "
                     "blank numericalAnswer, clears the answer.")
            .takes({{"questionId", schema::uuid()},
                    {"selectedOptionIds?", schema::list_of(schema::uuid()).nullable()},
                    {"numericalAnswer?", schema::number().nullable()}})
            .answers(200, "Saved")
            .refuses(403, {"no_active_attempt", "already_submitted", "time_over"}));
    router.post("/api/exam-attempt/:examId/submit", guard.verified(this, &AttemptApi::submit),
                Operation("Attempts", "Hand the exam in")
                    .answers(200, "Submitted",
                             {{"attemptId", schema::uuid()}, {"status", shapes::attempt_status()}})
                    .refuses(400, {"no_active_attempt", "already_submitted", "time_over"}));
}

Task<http::Response> AttemptApi::start(http::Request& request, const accounts::Principal& caller) {
    const auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return http::problem(not_found("Exam not found"));
    }
    const auto attempt_id = co_await service_.start(*exam_id, caller.user_id);
    if (!attempt_id) {
        co_return http::problem(attempt_id.error());
    }
    auto json = success_body("Exam started");
    json.member("attemptId", *attempt_id).end_object();
    co_return http::json_response(201, json.take());
}

Task<http::Response> AttemptApi::page(http::Request& request, const accounts::Principal& caller) {
    auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return http::problem(no_active_attempt());
    }
    const auto coding = http::prefers_gzip(request) ? PageCoding::gzip : PageCoding::plain;
    auto body = co_await service_.page(std::move(*exam_id), caller.user_id, coding);
    if (!body) {
        co_return http::problem(body.error());
    }
    auto response = http::json_response(200, std::move(*body));
    response.with_header("Vary", "Accept-Encoding");
    if (coding == PageCoding::gzip) {
        response.with_header("Content-Encoding", "gzip");
    }
    co_return response;
}

Task<http::Response> AttemptApi::save(http::Request& request, const accounts::Principal& caller) {
    const auto arrived_at = clock_.now();
    auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return http::problem(no_active_attempt());
    }
    BodyReader body(request);
    auto input = read_answer(body);
    if (const auto error = body.error()) {
        co_return http::problem(*error);
    }
    const auto saved =
        co_await service_.save(std::move(*exam_id), caller.user_id, std::move(input), arrived_at);
    co_return saved ? plain_success("Answer saved") : http::problem(saved.error());
}

Task<http::Response> AttemptApi::submit(http::Request& request, const accounts::Principal& caller) {
    const auto arrived_at = clock_.now();
    auto exam_id = id_parameter(request, "examId");
    if (!exam_id) {
        co_return http::problem(invalid("no_active_attempt", "No active attempt for this exam"));
    }
    const auto attempt_id =
        co_await service_.submit(std::move(*exam_id), caller.user_id, arrived_at);
    if (!attempt_id) {
        co_return http::problem(attempt_id.error());
    }
    auto json = success_body("Exam submitted");
    json.member("attemptId", *attempt_id).member("status", "SUBMITTED").end_object();
    co_return http::json_response(200, json.take());
}

}  // namespace tripos::exams
