// SPDX-License-Identifier: MIT
#pragma once
// ExamKeys: every cache key of exams/, under its published name, and the lifetimes of its families.
// What each value holds is said beside the function that loads it. Immutable, thread-safe.

#include <chrono>
#include <string>

#include "cache/cache.hpp"

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

/// Outlives every key made from it.
class ExamKeys {
  public:
    explicit ExamKeys(const ExamLifetimes& ttl);

    cache::Key exam(const std::string& exam_id) const;
    cache::Key exam_questions(const std::string& exam_id) const;
    cache::Key all_exams() const;
    cache::Key question(const std::string& question_id) const;
    cache::Key attempts_of(const std::string& user_id) const;
    cache::Key attempt(const std::string& exam_id, const std::string& user_id) const;
    cache::Key result(const std::string& attempt_id) const;
    cache::Key leaderboard(const std::string& exam_id) const;

  private:
    const cache::Family exam_;
    const cache::Family exam_questions_;
    const cache::Family question_;
    const cache::Family result_;
    const cache::Family lists_;
    const cache::Family attempt_;
    const cache::Family leaderboard_;
};

}  // namespace tripos::exams
