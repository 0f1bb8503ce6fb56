// SPDX-License-Identifier: MIT
#pragma once
// What Redis holds is bytes, and JSON carries text only. Pure, thread-safe.

#include <string>
#include <string_view>

namespace tripos::operations {

/// The bytes, if they are UTF-8; otherwise all but printable ASCII as \xNN.
std::string shown_text(std::string_view bytes);

}  // namespace tripos::operations
