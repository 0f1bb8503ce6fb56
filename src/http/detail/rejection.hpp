// SPDX-License-Identifier: MIT
#pragma once
// Rejection: why bytes are not a request we serve. The connection answers it as a problem and
// closes. Pure.

#include <string_view>

namespace tripos::http::detail {

/// The texts are literals; they live forever.
struct Rejection {
    int status = 400;
    std::string_view code = "bad_request";
    std::string_view message;
};

}  // namespace tripos::http::detail
