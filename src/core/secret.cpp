// SPDX-License-Identifier: MIT
#include "core/secret.hpp"

#include <sodium.h>

namespace tripos {

bool equal_in_constant_time(std::string_view a, std::string_view b) {
    return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace tripos
