// SPDX-License-Identifier: MIT
#include <stdexcept>

#include "fuzz/fuzz.hpp"

namespace tripos::fuzz {

void require(bool holds, const char* promise) {
    if (!holds) {
        throw std::logic_error(promise);
    }
}

}  // namespace tripos::fuzz
