// SPDX-License-Identifier: MIT
#pragma once
// Which of the backups that rounds made stay: the newest, or the newest of each day and week. Pure
// functions, thread-safe.

#include <chrono>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace tripos::app {

/// A backup stays for any of them.
struct Retention {
    std::size_t newest = 0;  ///< so many
    std::size_t days = 0;    ///< the newest of each of so many days (UTC) that have one
    std::size_t weeks = 0;   ///< the newest of each of so many weeks, from Monday on
};

/// "28" is the newest 28; "7d,4w" the newest of seven days and of four weeks. Nothing for what
/// keeps none, or more than 100,000 of a kind.
std::optional<Retention> parse_retention(std::string_view text);

/// One for each of `times`, which begin with the newest: whether it stays. The first always does.
std::vector<bool> staying(const std::vector<std::chrono::sys_seconds>& times,
                          const Retention& retention);

}  // namespace tripos::app
