// SPDX-License-Identifier: MIT
#pragma once
// LateService: staff look at what arrived too late and, for a reason, accept it: then it is the
// answer, and the attempt is graded again.

#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "attempts/attempt_finisher.hpp"
#include "attempts/late_answer.hpp"
#include "attempts/touched.hpp"
#include "core/result.hpp"
#include "module/parts.hpp"

namespace tripos::attempts {

struct LateOrder {
    std::vector<std::string> question_ids;  ///< empty: all that are not accepted
    std::string reason;
    bool is_dry_run = false;  ///< says what it would change
};

/// What was accepted, or would be.
struct LateReport {
    std::vector<LateAnswer> answers;
    std::optional<questions::Marks> before;  ///< the score; nothing: not graded
    std::optional<questions::Marks> after;
    Touched touched;
};

inline constexpr auto kLateReportMembers =
    entity::Table(questions::maybe_marks_member(nullptr, &LateReport::before, "scoreBefore"),
                  questions::maybe_marks_member(nullptr, &LateReport::after, "scoreAfter"));

/// Thread-safe.
class LateService {
  public:
    LateService(const Parts& parts, const AttemptFinisher& finisher)
        : parts_(parts), finisher_(finisher) {}

    /// not_found.
    Task<Result<std::vector<LateAnswer>>> list(std::string attempt_id);
    /// not_found; conflict unless the attempt has ended and counts, and there is something to
    /// accept.
    Task<Result<LateReport>> accept(std::string attempt_id, LateOrder order, audit::Actor actor);

  private:
    Result<LateReport> accept_in(sql::Session& session, Writes& writes,
                                 const std::string& attempt_id, const LateOrder& order,
                                 const audit::Actor& actor, Timestamp now) const;

    const Parts parts_;
    const AttemptFinisher& finisher_;
};

}  // namespace tripos::attempts
