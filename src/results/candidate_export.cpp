// SPDX-License-Identifier: MIT
#include "results/candidate_export.hpp"

#include "attempts/answer_store.hpp"

namespace tripos::results {

namespace {

/// Leaves the object open for the result.
void begin_attempt(http::JsonWriter& json, const attempts::Attempt& attempt,
                   const std::vector<attempts::Answer>& answers) {
    entity::write(json.begin_object(), attempt, kTakenMembers);
    entity::write_all(json.name("answers"), answers, attempts::kAnswerMembers);
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
        entity::write(json, exam.value_or(exams::Exam()), kExamTitle);
        json.member_raw("result", result).end_object();
    }
    json.end_array();
    co_return json.take();
}

Task<std::vector<std::vector<attempts::Answer>>> CandidateExport::answers_of(
    std::vector<attempts::Attempt> attempts) {
    auto look = [&attempts](sql::Session& session) {
        std::vector<std::vector<attempts::Answer>> found;
        for (const auto& attempt : attempts) {
            found.push_back(attempts::answer_store::answers_of(session, attempt.id));
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
