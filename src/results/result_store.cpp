// SPDX-License-Identifier: MIT
#include "results/result_store.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "attempts/answer_store.hpp"
#include "attempts/attempt_grading.hpp"
#include "exams/exam_store.hpp"
#include "questions/question_store.hpp"

namespace tripos::results::result_store {

namespace {

constexpr std::string_view kTable = R"(
CREATE TABLE result_announcements (
    exam_id TEXT PRIMARY KEY,
    announced_by TEXT NOT NULL,
    announced_at BIGINT NOT NULL
)
)";

constexpr std::int64_t kMostPlaces = 200;  // when so many share the last one, some are not shown

/// Whether the option belongs to an answer that is right.
bool is_in(const attempts::KeyedQuestion& key, const std::string& option_id) {
    return std::any_of(
        key.right.begin(), key.right.end(), [&option_id](const questions::QuestionKey& right) {
            return std::find(right.correct_ids.begin(), right.correct_ids.end(), option_id) !=
                   right.correct_ids.end();
        });
}

accounts::Candidates candidates_of(sql::Session& session,
                                   const std::vector<attempts::Attempt>& attempts) {
    std::vector<std::string> ids;
    for (const auto& attempt : attempts) {
        ids.push_back(attempt.user_id);
    }
    return accounts::find_candidates(session, ids);
}

std::vector<StaffResult> with_candidates(sql::Session& session,
                                         std::vector<attempts::Attempt> attempts) {
    auto candidates = candidates_of(session, attempts);
    std::vector<StaffResult> results;
    results.reserve(attempts.size());
    for (auto& attempt : attempts) {
        const auto candidate = candidates.find(attempt.user_id);
        results.push_back({.attempt = std::move(attempt),
                           .candidate = candidate == candidates.end()
                                            ? std::nullopt
                                            : std::optional(candidate->second)});
    }
    return results;
}

}  // namespace

/// Recorded under the name of the module that once had it.
std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "operations", .number = 2, .statements = kTable}};
}

std::vector<ResultQuestion> questions_of(sql::Session& session, const exams::Exam& exam) {
    auto asked = exams::exam_store::questions_of(session, exam.id);
    auto key = attempts::read_answer_key(session, exam.id);
    auto bank = questions::question_store::find_all(session, exams::exam_store::ids_of(asked));
    std::vector<ResultQuestion> questions;
    for (std::size_t i = 0; i < asked.size(); ++i) {
        ResultQuestion entry{.question = std::move(asked[i]),
                             .options = std::move(bank.at(key.questions[i].question_id).options),
                             .key = std::move(key.questions[i])};
        if (entry.key.treatment == attempts::Treatment::drop) {
            entry.question.marks = entry.question.negative_marks = 0;
        }
        for (auto& option : entry.options) {
            option.id = exams::shown_option_id(exam, option.id);
            option.is_correct = is_in(entry.key, option.id);
        }
        questions.push_back(std::move(entry));
    }
    return questions;
}

std::optional<AttemptResult> find(sql::Session& session, const std::string& attempt_id) {
    auto attempt = attempts::attempt_store::find(session, attempt_id);
    if (!attempt || attempt->status == attempts::AttemptStatus::voided) {
        return std::nullopt;
    }
    AttemptResult result;
    result.exam = *exams::exam_store::find(session, attempt->exam_id);
    result.questions = questions_of(session, result.exam);
    result.answers = attempts::answer_store::answers_of(session, attempt_id);
    result.marks = attempts::attempt_store::marks_of(session, attempt_id);
    result.attempt = std::move(*attempt);
    return result;
}

std::vector<StaffResult> list(sql::Session& session, const std::string& exam_id, std::int64_t limit,
                              std::int64_t offset) {
    return with_candidates(session,
                           attempts::attempt_store::list_of_exam(session, exam_id, limit, offset));
}

std::vector<StaffResult> page(sql::Session& session, const std::string& exam_id,
                              const std::string& search, std::int64_t limit, std::int64_t offset) {
    auto results = search.empty()
                       ? list(session, exam_id, limit, offset)
                       : with_candidates(session, attempts::attempt_store::find_in_exam(
                                                      session, exam_id, search, limit, offset));
    const StaffResult* last = nullptr;
    for (auto& result : results) {
        if (!result.attempt.score) {
            break;  // they come last
        }
        const bool is_equal = last != nullptr && last->attempt.score == result.attempt.score;
        result.rank =
            is_equal ? last->rank
                     : attempts::attempt_store::rank_of(session, exam_id, *result.attempt.score);
        last = &result;
    }
    return results;
}

ResultStatistics statistics(sql::Session& session, const std::string& exam_id) {
    return {attempts::attempt_store::statistics(session, exam_id),
            total_marks(attempts::read_answer_key(session, exam_id))};
}

Leaderboard leaderboard(sql::Session& session, const exams::Exam& exam, std::int64_t places) {
    Leaderboard board{.exam = exam,
                      .total_marks = total_marks(attempts::read_answer_key(session, exam.id))};
    const auto at_most = places + attempts::attempt_store::count_ties(session, exam.id, places);
    for (auto& result : list(session, exam.id, std::min(at_most, kMostPlaces), 0)) {
        if (result.attempt.score) {
            board.entries.push_back(std::move(result));
        }
    }
    board.participants = attempts::attempt_store::statistics(session, exam.id).graded;
    return board;
}

bool put_announcement(sql::Session& session, const std::string& exam_id, const std::string& author,
                      Timestamp now) {
    return session.execute(
               "INSERT INTO result_announcements (exam_id, announced_by, announced_at) "
               "VALUES ($1, $2, $3) ON CONFLICT (exam_id) DO NOTHING",
               exam_id, author, now) > 0;
}

}  // namespace tripos::results::result_store
