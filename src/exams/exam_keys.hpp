// SPDX-License-Identifier: MIT
#pragma once
// ExamKeys: every cached value of exams/: published names, tags, lifetimes, freshness, codecs. What
// each value holds is said beside the function that loads it. Immutable, thread-safe.
//
// Everything here is strict: what one server has answered as done, the next read on any other
// shows. A published paper never changes and is the exception.

#include <chrono>
#include <string>

#include "cache/cache.hpp"
#include "exams/attempt.hpp"
#include "exams/exam.hpp"
#include "exams/paper.hpp"
#include "exams/result.hpp"

namespace tripos::exams {

struct ExamLifetimes {
    std::chrono::seconds exam{1800};
    std::chrono::seconds exam_questions{7200};
    std::chrono::seconds question{7200};
    std::chrono::seconds result{7200};
    std::chrono::seconds lists{1800};
    std::chrono::seconds attempt{3600};
    std::chrono::seconds leaderboard{60};  ///< short: it shows names, which accounts/ changes
};

/// The cache outlives it and every key made from it.
class ExamKeys {
  public:
    ExamKeys(cache::Cache& cache, const ExamLifetimes& ttl);

    cache::KeyOf<std::string> exam(const std::string& exam_id) const { return exam_.key(exam_id); }
    cache::KeyOf<Paper> exam_questions(const std::string& exam_id) const {
        return exam_questions_.key(exam_id);
    }
    cache::KeyOf<std::string> question(const std::string& question_id) const {
        return question_.key(question_id);
    }
    cache::KeyOf<std::vector<Exam>> all_exams() const { return all_exams_.key(); }
    cache::KeyOf<std::vector<Attempt>> attempts_of(const std::string& user_id) const {
        return attempts_of_.key(user_id);
    }
    cache::KeyOf<AttemptState> attempt(const std::string& exam_id,
                                       const std::string& user_id) const {
        return attempt_.key(exam_id, user_id);
    }
    cache::KeyOf<ResultView> result(const Attempt& attempt) const {
        return result_.key(attempt.id, attempt.exam_id, attempt.user_id);
    }
    cache::KeyOf<std::string> leaderboard(const std::string& exam_id) const {
        return leaderboard_.key(exam_id);
    }

    /// Carried by everything that depends on the exam.
    static std::string exam_tag(const std::string& exam_id) { return "exam:" + exam_id; }

  private:
    const cache::FamilyOf<std::string> exam_;
    const cache::FamilyOf<Paper> exam_questions_;
    const cache::FamilyOf<std::string> question_;
    const cache::FamilyOf<ResultView, 3> result_;
    const cache::FamilyOf<std::vector<Exam>, 0> all_exams_;
    const cache::FamilyOf<std::vector<Attempt>> attempts_of_;
    const cache::FamilyOf<AttemptState, 2> attempt_;
    const cache::FamilyOf<std::string> leaderboard_;
};

}  // namespace tripos::exams
