// SPDX-License-Identifier: MIT
#pragma once
// Failpoints: places at which a build made for it can be told to break a promise, so that tests see
// that the load test notices. Only where TRIPOS_FAILPOINTS is set (cmake/Failpoints.cmake); in
// other builds nothing of them is left.

#ifdef TRIPOS_FAILPOINTS
#include <string_view>
#endif

namespace tripos {

#ifdef TRIPOS_FAILPOINTS
/// Whether the environment's TRIPOS_FAILPOINT names this one. Thread-safe.
bool failpoint(std::string_view name);
/// The same for one in twenty calls, so that not all of a day is broken.
bool failpoint_at_times(std::string_view name);
#define TRIPOS_FAILPOINT(name) (::tripos::failpoint(name))
#define TRIPOS_FAILPOINT_AT_TIMES(name) (::tripos::failpoint_at_times(name))
#else
#define TRIPOS_FAILPOINT(name) false
#define TRIPOS_FAILPOINT_AT_TIMES(name) false
#endif

}  // namespace tripos
