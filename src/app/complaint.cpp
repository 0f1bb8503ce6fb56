// SPDX-License-Identifier: MIT
#include "app/complaint.hpp"

#include <iostream>
#include <string>

namespace tripos::app {

void complain(std::string_view what) {
    std::cerr << "tripos: " + std::string(what) + '\n';
}

}  // namespace tripos::app
