// SPDX-License-Identifier: MIT
#include "core/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace tripos {

void assertion_failed(const char* expression, std::source_location where) {
    std::fprintf(stderr, "%s:%u: %s: assertion failed: %s\n", where.file_name(), where.line(),
                 where.function_name(), expression);
    std::abort();
}

}  // namespace tripos
