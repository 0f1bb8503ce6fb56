// SPDX-License-Identifier: MIT
#pragma once
// Counter: what is known of one key in its window, and the words in which it is asked for. Value
// types.

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "http/rate_limit.hpp"

namespace tripos::limits {

struct Counter {
    std::int64_t count = 0;
    Timestamp ends_at{};  ///< of the window; in the past: the next one that counts begins another
    Timestamp next_at{};  ///< no try before
};

enum class Act {
    look,  ///< would one more be within the limit?
    take,  ///< and count it
    add,   ///< count it in any case
};

/// One counter, as a request asks for it.
struct Ask {
    std::string key;
    /// What is counted, and whose: "log-in:client". Each kind has room of its own, so that what is
    /// invented with little effort keeps nothing out but its own kind.
    std::string kind;
    http::RateLimit limit;
};

/// Which of the asked refuses, and for how long.
struct Refusal {
    std::size_t which = 0;
    std::chrono::milliseconds wait{0};
};

/// The state after one more.
void count_one(Counter& counter, const http::RateLimit& limit, Timestamp now);

}  // namespace tripos::limits
