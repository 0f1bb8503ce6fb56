// SPDX-License-Identifier: MIT
#pragma once
// ResultService: results for candidates and staff, and the leaderboard. Cached values know nothing
// of the clock: whether a result is released is decided at each read.

#include <string>
#include <vector>

#include "async/task.hpp"
#include "attempts/attempts_module.hpp"
#include "cache/cache.hpp"
#include "core/result.hpp"
#include "exams/exam_service.hpp"
#include "module/parts.hpp"
#include "results/result.hpp"

namespace tripos::results {

struct ResultLifetimes {
    std::chrono::seconds result{7200};
    std::chrono::seconds leaderboard{60};  ///< short: it shows names, which accounts/ changes
};

/// The candidate has not sat that exam.
Error no_attempt();

/// Thread-safe.
class ResultService {
  public:
    enum class Detail { score, analysis };

    enum class Viewer { anybody, candidate };
    struct Board {
        std::string body;
        bool is_public = false;
    };
    struct Page {
        std::int64_t total = 0;
        std::vector<StaffResult> results;
        ResultStatistics statistics;
    };

    /// `attempts`: its finisher will name what is cached here.
    ResultService(const Parts& parts, exams::ExamService& exams, attempts::AttemptsModule& attempts,
                  const ResultLifetimes& ttl);

    /// The whole answer of GET /result.
    Task<std::string> list(std::string user_id);
    /// Members of the answer: the score, or the analysis with it; nothing while it is still being
    /// graded. not_found without an attempt, invalid before it was submitted, forbidden before
    /// release.
    Task<Result<std::optional<std::string>>> find(std::string exam_id, std::string user_id,
                                                  Detail detail);

    /// The staff's list, of those who are called so (empty: of all), with the statistics of all;
    /// not_found for an unknown exam.
    Task<Result<Page>> page(std::string exam_id, std::string search, std::int64_t limit,
                            std::int64_t offset);

    /// The same as CSV, at most `limit` lines.
    Task<Result<std::string>> csv(std::string exam_id, std::int64_t limit);

    /// The whole answer of GET /leaderboard/top-five: of the exam that was released last among
    /// those that somebody sat and whose board the viewer may see. not_found: there is none.
    Task<Result<Board>> leaderboard(Viewer viewer);

  private:
    /// Questions of the exam that somebody may still answer in another one.
    Task<std::set<std::string, std::less<>>> held_questions(std::string exam_id);
    Task<cache::Bytes> load_result(std::string attempt_id);
    Task<cache::Bytes> load_leaderboard(exams::Exam exam);

    const Parts parts_;
    exams::ExamService& exams_;
    attempts::AttemptService& attempts_;
    const cache::FamilyOf<ResultView, 3> cached_;
    const cache::FamilyOf<std::string> leaderboard_;
};

}  // namespace tripos::results
