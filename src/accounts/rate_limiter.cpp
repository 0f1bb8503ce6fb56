// SPDX-License-Identifier: MIT
#include "accounts/rate_limiter.hpp"

#include <algorithm>
#include <vector>

namespace tripos::accounts {

std::optional<std::chrono::seconds> RateLimiter::hit(std::string key, RateLimit limit) {
    const auto now = clock_.now();
    const std::lock_guard lock(mutex_);
    if (windows_.size() >= key_limit_ && !windows_.contains(key)) {
        make_room(now);
    }
    Window& window = windows_[std::move(key)];
    if (window.ends_at <= now) {
        window = Window{.ends_at = now + limit.window, .tries = 0};
    }
    if (window.tries >= limit.count) {
        const auto wait = std::chrono::ceil<std::chrono::seconds>(window.ends_at - now);
        return std::max(wait, std::chrono::seconds(1));
    }
    ++window.tries;
    return std::nullopt;
}

std::size_t RateLimiter::size() const {
    const std::lock_guard lock(mutex_);
    return windows_.size();
}

void RateLimiter::make_room(Timestamp now) {
    std::erase_if(windows_, [now](const auto& entry) { return entry.second.ends_at <= now; });
    if (windows_.size() < key_limit_) {
        return;
    }
    // A tenth at once, so that a flood of keys does not sort at every call.
    std::vector<Timestamp> ends;
    for (const auto& [key, window] : windows_) {
        ends.push_back(window.ends_at);
    }
    const auto cut = ends.begin() + static_cast<std::ptrdiff_t>(ends.size() / 10);
    std::nth_element(ends.begin(), cut, ends.end());
    std::erase_if(windows_, [&](const auto& entry) { return entry.second.ends_at <= *cut; });
}

}  // namespace tripos::accounts
