// SPDX-License-Identifier: MIT
#pragma once
// What an author's HTML contributes to a page that has a frame of its own. A pure function.

#include <string>
#include <string_view>

namespace tripos::mail {

/// The content of its body, after the styles of its head where it is a whole document, with every
/// element closed: what is open at its end must not swallow the frame. UTF-8, as is `html`.
std::string html_body(std::string_view html);

}  // namespace tripos::mail
