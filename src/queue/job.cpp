// SPDX-License-Identifier: MIT
#include "queue/job.hpp"

#include "core/assert.hpp"

namespace tripos::queue {

std::string_view to_string(JobState state) {
    switch (state) {
        case JobState::waiting:
            return "waiting";
        case JobState::active:
            return "active";
        case JobState::delayed:
            return "delayed";
        case JobState::prioritized:
            return "prioritized";
        case JobState::completed:
            return "completed";
        case JobState::failed:
            return "failed";
        case JobState::waiting_children:
            return "waiting-children";
        case JobState::unknown:
            return "unknown";
    }
    assertion_failed("a known job state");
}

}  // namespace tripos::queue
