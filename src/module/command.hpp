// SPDX-License-Identifier: MIT
#pragma once
// Commands that change what is not in SQL - queues, the cache, a relay - leave the entry of audit
// that the same act leaves on the web.

#include "http/router.hpp"
#include "module/parts.hpp"

namespace tripos {

/// Recorded before it is done: by "command line", as operate.ask. In an outage of the database it
/// is done all the same, for then it is needed most, and the log has the line. `parts` outlives the
/// router.
http::Handler recorded_command(const Parts& parts, http::Handler handler);

}  // namespace tripos
