// SPDX-License-Identifier: MIT
#include "results/candidate_export.hpp"

#include "attempts/attempt_store.hpp"

namespace tripos::results {

namespace {

void write_answer(http::JsonWriter& json, const attempts::Answer& answer) {
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
void begin_attempt(http::JsonWriter& json, const attempts::Attempt& attempt,
                   const std::vector<attempts::Answer>& answers) {
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
    const auto attempts = co_await attempts_.attempts_of(user_id);
    const auto answers = co_await answers_of(*attempts);
    http::JsonWriter json;
    json.begin_array();
    for (std::size_t i = 0; i < attempts->size(); ++i) {
        const auto& attempt = (*attempts)[i];
        begin_attempt(json, attempt, answers[i]);
        const auto exam = co_await exams_.find(attempt.exam_id);
        const auto result = co_await result_of(attempt.exam_id, user_id);
        json.member("examTitle", exam ? exam->title : std::string())
            .member_raw("result", result)
            .end_object();
    }
    json.end_array();
    co_return json.take();
}

Task<std::vector<std::vector<attempts::Answer>>> CandidateExport::answers_of(
    std::vector<attempts::Attempt> attempts) {
    auto look = [&attempts](sql::Session& session) {
        std::vector<std::vector<attempts::Answer>> found;
        for (const auto& attempt : attempts) {
            found.push_back(attempts::attempt_store::answers_of(session, attempt.id));
        }
        return found;
    };
    co_return co_await database_.read(std::move(look), sql::Turn::bulk);
}

Task<std::string> CandidateExport::result_of(std::string exam_id, std::string user_id) {
    const auto found = co_await results_.find(std::move(exam_id), std::move(user_id),
                                              ResultService::Detail::score);
    if (!found || !*found) {
        co_return "null";  // not ended, not released or not graded yet
    }
    co_return "{" + **found + "}";
}

}  // namespace tripos::results
