// SPDX-License-Identifier: MIT
#include "attempts/lobby.hpp"

#include <algorithm>

#include "core/stable_hash.hpp"

namespace tripos::attempts {

namespace {

/// Exams that open at one time are few; beyond that nobody is spread, and nothing is lost.
constexpr std::size_t kMostCrowds = 1000;

}  // namespace

std::chrono::milliseconds Lobby::start_after(const std::string& exam_id, std::string_view user_id,
                                             Timestamp opens_at, Timestamp now) {
    const auto stretch = now.time_since_epoch() / kAsksEvery;
    std::int64_t waiting = 1;
    {
        const std::lock_guard lock(mutex_);
        if (crowds_.size() >= kMostCrowds && !crowds_.contains(exam_id)) {
            std::erase_if(crowds_,
                          [&](const auto& one) { return one.second.stretch < stretch - 1; });
        }
        if (crowds_.size() < kMostCrowds || crowds_.contains(exam_id)) {
            auto& crowd = crowds_[exam_id];
            if (crowd.stretch != stretch) {
                crowd = {.stretch = stretch,
                         .asking = 0,
                         .asked = crowd.stretch == stretch - 1 ? crowd.asking : 0};
            }
            ++crowd.asking;
            waiting = std::max(crowd.asking, crowd.asked);
        }
    }
    const std::int64_t spread = (waiting - 1) * 1000 / kStartsPerSecond;
    const auto place = spread == 0 ? 0 : stable_hash(std::string(user_id) + exam_id) % spread;
    const auto at = opens_at + std::chrono::milliseconds(place);
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(at - now),
                    std::chrono::milliseconds(0));
}

}  // namespace tripos::attempts
