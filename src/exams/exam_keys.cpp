// SPDX-License-Identifier: MIT
#include "exams/exam_keys.hpp"

namespace tripos::exams {

ExamKeys::ExamKeys(const ExamLifetimes& ttl)
    : exam_{.name = "exam", .ttl = ttl.exam},
      exam_questions_{.name = "exam_questions", .ttl = ttl.exam_questions},
      question_{.name = "question", .ttl = ttl.question},
      result_{.name = "result", .ttl = ttl.result},
      lists_{.name = "lists", .ttl = ttl.lists},
      attempt_{.name = "attempt", .ttl = ttl.attempt},
      leaderboard_{.name = "leaderboard", .ttl = ttl.leaderboard} {}

cache::Key ExamKeys::exam(const std::string& exam_id) const {
    return {.name = "exam:" + exam_id, .family = &exam_};
}

cache::Key ExamKeys::exam_questions(const std::string& exam_id) const {
    return {.name = "exam:" + exam_id + ":questions", .family = &exam_questions_};
}

cache::Key ExamKeys::all_exams() const {
    return {.name = "exams:all", .family = &lists_};
}

cache::Key ExamKeys::question(const std::string& question_id) const {
    return {.name = "question:" + question_id, .family = &question_};
}

cache::Key ExamKeys::attempts_of(const std::string& user_id) const {
    return {.name = "user:" + user_id + ":exams", .family = &lists_};
}

cache::Key ExamKeys::attempt(const std::string& exam_id, const std::string& user_id) const {
    return {.name = "attempt:" + exam_id + ":" + user_id, .family = &attempt_};
}

cache::Key ExamKeys::result(const std::string& attempt_id) const {
    return {.name = "result:" + attempt_id, .family = &result_};
}

cache::Key ExamKeys::leaderboard(const std::string& exam_id) const {
    return {.name = "leaderboard:" + exam_id, .family = &leaderboard_};
}

}  // namespace tripos::exams
