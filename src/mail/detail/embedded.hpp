// SPDX-License-Identifier: MIT
#pragma once
// The files under templates/, compiled into the program (cmake/EmbedFiles.cmake).

#include <string_view>

namespace tripos::mail::embedded {

/// The file by its path below src/mail/, for example "templates/layout.html"; empty when there is
/// none.
std::string_view file(std::string_view name);

}  // namespace tripos::mail::embedded
