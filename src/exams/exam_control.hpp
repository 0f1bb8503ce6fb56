// SPDX-License-Identifier: MIT
#pragma once
// ExamControl: what staff do to a running exam - close it, give more time, void an attempt, grade
// again. Each action is written to the audit trail in the same transaction.

#include <optional>
#include <string>

#include "async/task.hpp"
#include "core/result.hpp"
#include "exams/attempt_finisher.hpp"
#include "exams/exam_service.hpp"
#include "exams/tools.hpp"

namespace tripos::exams {

struct Extension {
    std::chrono::minutes more{0};
    std::optional<std::string> user_id;  ///< nothing: everyone, and the exam's end
};

struct Regrading {
    std::int64_t graded = 0;   ///< attempts looked at
    std::int64_t changed = 0;  ///< whose score or marks are others now
};

/// Thread-safe.
class ExamControl {
  public:
    ExamControl(Tools tools, ExamService& exams, AttemptFinisher& finisher, AttemptMetrics& metrics)
        : tools_(tools), exams_(exams), finisher_(finisher), metrics_(metrics) {}

    /// No further starts, running attempts end now; the number of those. not_found; invalid unless
    /// PUBLISHED.
    Task<Result<std::int64_t>> close(std::string exam_id, std::string actor_id);
    /// The number of attempts that got more time. Deadlines only ever move later.
    Task<Result<std::int64_t>> extend(std::string exam_id, Extension extension,
                                      std::string actor_id);
    /// The candidate may start again. not_found; conflict when it is void already.
    Task<Result<>> make_void(std::string attempt_id, std::string reason, std::string actor_id);
    /// Grades every ended attempt again. Idempotent.
    Task<Result<Regrading>> regrade(std::string exam_id, std::string actor_id);

  private:
    const Tools tools_;
    ExamService& exams_;
    AttemptFinisher& finisher_;
    AttemptMetrics& metrics_;
};

}  // namespace tripos::exams
