// SPDX-License-Identifier: MIT
#include "cache/stats.hpp"

namespace tripos::cache {

std::string_view to_text(Explanation::State state) {
    switch (state) {
        case Explanation::State::absent:
            return "absent";
        case Explanation::State::fresh:
            return "fresh";
        case Explanation::State::stale:
            return "stale";
        case Explanation::State::negative:
            return "negative";
        case Explanation::State::invalidated:
            return "invalidated";
        case Explanation::State::unreadable:
            break;
    }
    return "unreadable";
}

}  // namespace tripos::cache
