// SPDX-License-Identifier: MIT
#pragma once
// ExamControl: what staff do to a running exam - close it, give more time, void an attempt. Each
// action is written to the audit trail in the same transaction.

#include <optional>
#include <string>

#include "async/task.hpp"
#include "attempts/attempt_finisher.hpp"
#include "core/result.hpp"
#include "exams/exam_service.hpp"
#include "module/parts.hpp"

namespace tripos::attempts {

struct Extension {
    std::chrono::minutes more{0};
    std::optional<std::string> user_id;  ///< nothing: everyone, and the exam's end
};

/// Thread-safe.
class ExamControl {
  public:
    ExamControl(const Parts& parts, exams::ExamService& exams, AttemptFinisher& finisher)
        : parts_(parts), exams_(exams), finisher_(finisher), metrics_(parts.metrics) {}

    /// No further starts, running attempts end now; the number of those. not_found; invalid unless
    /// PUBLISHED.
    Task<Result<std::int64_t>> close(std::string exam_id, std::string actor_id);
    /// The number of attempts that got more time. Deadlines only ever move later.
    Task<Result<std::int64_t>> extend(std::string exam_id, Extension extension,
                                      std::string actor_id);
    /// The candidate may start again. not_found; conflict when it is void already.
    Task<Result<>> make_void(std::string attempt_id, std::string reason, std::string actor_id);

  private:
    const Parts parts_;
    exams::ExamService& exams_;
    AttemptFinisher& finisher_;
    const AttemptMetrics metrics_;
};

}  // namespace tripos::attempts
