// SPDX-License-Identifier: MIT
#pragma once
// What went wrong, as a line for whoever typed the command.

#include <string_view>

namespace tripos::app {

/// `tripos: what` to stderr in one write, so that no line of the log, which has a thread of its
/// own, gets into it. Thread-safe.
void complain(std::string_view what);

}  // namespace tripos::app
