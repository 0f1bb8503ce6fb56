// SPDX-License-Identifier: MIT
#pragma once
// How the calling thread appears to the system.

#include <string>

namespace tripos {

/// Of a thread that others wait for.
inline constexpr int kUrgent = 0;
/// Of a thread whose work can wait: beside one that others wait for it gets about a tenth of a core
/// that both want.
inline constexpr int kPatient = 10;

/// Names the calling thread in tools such as top (15 bytes are kept). `niceness` comes on top of
/// that of the thread that began it, as setpriority(2) counts; 19: only when nothing else wants the
/// core. Best effort.
void introduce_thread(const std::string& name, int niceness = kUrgent);

}  // namespace tripos
