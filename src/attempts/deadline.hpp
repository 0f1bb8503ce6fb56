// SPDX-License-Identifier: MIT
#pragma once
// Deadline: until when an attempt takes answers, and why until then. deadline_of() makes every one
// of them: pure, from what was agreed before and what staff did since. Instants only, so that no
// change of a clock on the wall reaches it.

#include <chrono>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "exams/accommodation.hpp"

namespace tripos::attempts {

/// What decided: the duration; the end of the exam, or of a window of one's own, before that was
/// over; staff, last of all.
enum class DeadlineReason { duration, exam_end, own_window, extension, reopened, closed };

std::string_view to_text(DeadlineReason reason);

/// More time that staff gave.
struct GivenTime {
    std::chrono::milliseconds more{0};
    DeadlineReason as = DeadlineReason::extension;
};

/// All that a deadline depends on.
struct DeadlineTerms {
    Timestamp started_at{};
    Timestamp end_at{};  ///< of the exam as it was published
    std::chrono::minutes duration{0};
    exams::Allowance allowance;    ///< whose window replaces the exam's
    bool may_pass_end = true;      ///< extra time; else it is cut by the end of the window
    std::vector<GivenTime> given;  ///< in the order of time; passes any end
};

struct Deadline {
    Timestamp at{};
    DeadlineReason reason = DeadlineReason::duration;
    std::chrono::minutes extra{0};  ///< of it: extra time, and extensions
};

/// As everybody is told of it.
inline constexpr auto kDeadlineMembers =
    entity::Table(entity::Member{nullptr, &Deadline::at, "deadline"},
                  entity::Member{nullptr, &Deadline::reason, "deadlineReason"},
                  entity::Member{nullptr, &Deadline::extra, "extraMinutes"});

/// min(end, start + duration) + extra time, and then all that staff have given. *Invariant:* more
/// of anything never makes it earlier, and each GivenTime moves it by exactly that.
Deadline deadline_of(const DeadlineTerms& terms);

}  // namespace tripos::attempts
