// SPDX-License-Identifier: MIT
#pragma once
// The files of pages/, embedded by the build.

#include <string_view>

namespace tripos::newsletters::embedded {

std::string_view file(std::string_view name);

}  // namespace tripos::newsletters::embedded
