// SPDX-License-Identifier: MIT
#pragma once
// ResultService: results for candidates and staff, and the leaderboard. Cached values know nothing
// of the clock: whether a result is released is decided at each read.

#include <string>
#include <vector>

#include "async/task.hpp"
#include "core/result.hpp"
#include "exams/attempt_service.hpp"
#include "exams/exam_service.hpp"
#include "exams/result.hpp"
#include "exams/tools.hpp"

namespace tripos::exams {

/// Thread-safe.
class ResultService {
  public:
    enum class Detail { score, analysis };

    struct Page {
        std::int64_t total = 0;
        std::vector<StaffResult> results;
        ResultStatistics statistics;
    };

    ResultService(Tools tools, ExamService& exams, AttemptService& attempts)
        : tools_(tools), exams_(exams), attempts_(attempts) {}

    /// The whole answer of GET /result.
    Task<std::string> list(std::string user_id);
    /// Members of the answer: the score, or the analysis with it; nothing while it is still being
    /// graded. not_found without an attempt, invalid before it was submitted, forbidden before
    /// release.
    Task<Result<std::optional<std::string>>> find(std::string exam_id, std::string user_id,
                                                  Detail detail);

    /// The staff's list; not_found for an unknown exam.
    Task<Result<Page>> page(std::string exam_id, std::int64_t limit, std::int64_t offset);

    /// The whole answer of GET /leaderboard/top-five; not_found while no exam has ended.
    Task<Result<std::string>> leaderboard();

  private:
    Task<cache::Bytes> load_result(std::string attempt_id);
    Task<cache::Bytes> load_leaderboard(Exam exam);

    const Tools tools_;
    ExamService& exams_;
    AttemptService& attempts_;
};

}  // namespace tripos::exams
