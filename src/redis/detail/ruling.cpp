// SPDX-License-Identifier: MIT
#include "redis/detail/ruling.hpp"

#include <algorithm>
#include <array>

namespace tripos::redis {

Ruling ruling_of(std::string_view error) {
    constexpr std::array<std::string_view, 4> kLeave = {"MOVED", "READONLY", "UNBLOCKED",
                                                        "MASTERDOWN"};
    // ASK is never followed: the script would run where half of its keys are, and make new ones
    // for those that have not moved yet.
    constexpr std::array<std::string_view, 6> kAway = {"ASK",     "TRYAGAIN",   "CLUSTERDOWN",
                                                       "LOADING", "NOREPLICAS", "BUSY"};
    const auto word = error.substr(0, error.find(' '));
    if (std::find(kLeave.begin(), kLeave.end(), word) != kLeave.end() ||
        error.find(" -READONLY ") != std::string_view::npos) {
        return Ruling::leave;
    }
    return std::find(kAway.begin(), kAway.end(), word) != kAway.end() ? Ruling::away : Ruling::none;
}

}  // namespace tripos::redis
