// SPDX-License-Identifier: MIT
#pragma once
// The shapes of what the attempt routes take and answer, for the API description. Pure.

#include "http/schema.hpp"

namespace tripos::attempts::shapes {

http::Schema attempt_status();
http::Members clock();        ///< write_clock()
http::Members own_attempt();  ///< write_own(): the caller's attempt at an exam
http::Schema live_exam();     ///< a listed exam and the caller's attempt
http::Members answer();
http::Members revision();  ///< kRevisionMembers
http::Members version();   ///< write_version()
/// Of a refused save.
http::Members kept_late();
/// What staff told the candidate, when asked for.
http::Members notices();
inline constexpr const char* kNoticesAfter =
    "The number of the last notice that was shown (0: none): asks for those behind it, and says "
    "that it was seen";
http::Schema paper();

}  // namespace tripos::attempts::shapes
