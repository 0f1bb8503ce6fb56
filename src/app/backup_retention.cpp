// SPDX-License-Identifier: MIT
#include "app/backup_retention.hpp"

#include <algorithm>
#include <cstdint>
#include <set>

#include "core/text.hpp"

namespace tripos::app {

namespace {

using std::chrono::sys_days;

constexpr std::int64_t kMost = 100'000;

sys_days week_of(sys_days day) {
    return day - (std::chrono::weekday(day) - std::chrono::Monday);
}

/// Whether it is the first of its day or week, and there is room for one more of those.
bool is_first(std::set<sys_days>& seen, sys_days one, std::size_t most) {
    return seen.size() < most && seen.insert(one).second;
}

}  // namespace

std::optional<Retention> parse_retention(std::string_view text) {
    Retention retention;
    for (auto part : split(text, ',')) {
        auto* count = part.ends_with('d')   ? &retention.days
                      : part.ends_with('w') ? &retention.weeks
                                            : &retention.newest;
        part.remove_suffix(count == &retention.newest ? 0 : 1);
        const auto number = parse_int(part);
        if (!number || *number < 1 || *number > kMost || *count != 0) {
            return std::nullopt;
        }
        *count = static_cast<std::size_t>(*number);
    }
    return retention;
}

std::vector<bool> staying(const std::vector<std::chrono::sys_seconds>& times,
                          const Retention& retention) {
    std::vector<bool> stay;
    std::set<sys_days> days;
    std::set<sys_days> weeks;
    for (const auto time : times) {
        const auto day = std::chrono::floor<std::chrono::days>(time);
        const bool is_new = stay.size() < std::max<std::size_t>(retention.newest, 1);
        const bool is_of_day = is_first(days, day, retention.days);
        const bool is_of_week = is_first(weeks, week_of(day), retention.weeks);
        stay.push_back(is_new || is_of_day || is_of_week);
    }
    return stay;
}

}  // namespace tripos::app
