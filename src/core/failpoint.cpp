// SPDX-License-Identifier: MIT
#include "core/failpoint.hpp"

#ifdef TRIPOS_FAILPOINTS
#include <atomic>
#include <cstdlib>

namespace tripos {

bool failpoint(std::string_view name) {
    static const char* const wanted = std::getenv("TRIPOS_FAILPOINT");
    return wanted != nullptr && name == wanted;
}

bool failpoint_at_times(std::string_view name) {
    static std::atomic<unsigned> calls{0};
    return failpoint(name) && calls.fetch_add(1, std::memory_order_relaxed) % 20 == 0;
}

}  // namespace tripos
#endif
