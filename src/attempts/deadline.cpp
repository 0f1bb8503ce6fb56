// SPDX-License-Identifier: MIT
#include "attempts/deadline.hpp"

#include <algorithm>

namespace tripos::attempts {

std::string_view to_text(DeadlineReason reason) {
    switch (reason) {
        case DeadlineReason::duration:
            return "duration";
        case DeadlineReason::exam_end:
            return "exam_end";
        case DeadlineReason::own_window:
            return "own_window";
        case DeadlineReason::extension:
            return "extension";
        case DeadlineReason::reopened:
            return "reopened";
        case DeadlineReason::closed:
            return "closed";
    }
    return {};
}

Deadline deadline_of(const DeadlineTerms& terms) {
    const auto& own_window = terms.allowance.own_window;
    const auto end = own_window ? own_window->end_at : terms.end_at;
    const auto at_end = own_window ? DeadlineReason::own_window : DeadlineReason::exam_end;
    const auto by_duration = terms.started_at + terms.duration;
    const auto plain = std::min<Timestamp>(end, by_duration);
    const auto extended = plain + terms.allowance.extra_time(terms.duration);
    const auto allowed = terms.may_pass_end ? extended : std::min<Timestamp>(extended, end);
    const bool is_cut = end < by_duration || allowed < extended;
    Deadline deadline{.at = allowed, .reason = is_cut ? at_end : DeadlineReason::duration};
    auto extra = allowed - plain;
    for (const auto& given : terms.given) {
        deadline.at += given.more;
        deadline.reason = given.as;
        if (given.as == DeadlineReason::extension) {
            extra += given.more;
        }
    }
    deadline.extra = std::chrono::floor<std::chrono::minutes>(extra);
    return deadline;
}

}  // namespace tripos::attempts
