// SPDX-License-Identifier: MIT
#pragma once
// Whether a text is JSON. BullMQ's programs parse data, results and progress without a net, so none
// is written unchecked, and none is handed to a processor unchecked. Pure function, thread-safe.

#include <cstddef>
#include <string_view>

namespace tripos::queue::detail {

inline constexpr std::size_t kMaxJsonDepth = 512;

/// Strict JSON of one value, UTF-8, at most 512 levels deep.
bool is_json(std::string_view text);

}  // namespace tripos::queue::detail
