// SPDX-License-Identifier: MIT
#include "exams/candidate_export.hpp"

#include "exams/attempt_store.hpp"

namespace tripos::exams {

namespace {

void write_answer(JsonWriter& json, const Answer& answer) {
    json.begin_object()
        .member("questionId", answer.question_id)
        .name("selectedOptionIds")
        .begin_array();
    for (const auto& id : answer.option_ids) {
        json.text(id);
    }
    json.end_array()
        .member_raw("numericalAnswer", answer.number ? *answer.number : "null")
        .end_object();
}

/// Leaves the object open for the result.
void begin_attempt(JsonWriter& json, const Attempt& attempt, const std::vector<Answer>& answers) {
    json.begin_object()
        .member("attemptId", attempt.id)
        .member("examId", attempt.exam_id)
        .member("status", to_text(attempt.status))
        .member("startedAt", attempt.started_at)
        .member("submittedAt", attempt.submitted_at)
        .name("answers")
        .begin_array();
    for (const auto& answer : answers) {
        write_answer(json, answer);
    }
    json.end_array();
}

}  // namespace

Task<std::string> CandidateExport::attempts(std::string user_id) {
    const auto attempts = co_await services_.attempts.attempts_of(user_id);
    const auto answers = co_await answers_of(*attempts);
    JsonWriter json;
    json.begin_array();
    for (std::size_t i = 0; i < attempts->size(); ++i) {
        const auto& attempt = (*attempts)[i];
        begin_attempt(json, attempt, answers[i]);
        const auto exam = co_await services_.exams.find(attempt.exam_id);
        const auto result = co_await result_of(attempt.exam_id, user_id);
        json.member("examTitle", exam ? exam->title : std::string())
            .member_raw("result", result)
            .end_object();
    }
    json.end_array();
    co_return json.take();
}

Task<std::vector<std::vector<Answer>>> CandidateExport::answers_of(std::vector<Attempt> attempts) {
    auto look = [&attempts](sql::Session& session) {
        std::vector<std::vector<Answer>> found;
        for (const auto& attempt : attempts) {
            found.push_back(attempt_store::answers_of(session, attempt.id));
        }
        return found;
    };
    co_return co_await tools_.database.read(std::move(look));
}

Task<std::string> CandidateExport::result_of(std::string exam_id, std::string user_id) {
    const auto found = co_await services_.results.find(std::move(exam_id), std::move(user_id),
                                                       ResultService::Detail::score);
    if (!found || !*found) {
        co_return "null";  // not ended, not released or not graded yet
    }
    co_return "{" + **found + "}";
}

}  // namespace tripos::exams
