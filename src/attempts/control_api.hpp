// SPDX-License-Identifier: MIT
#pragma once
// The staff's routes around a running exam: close, extend, void.

#include "accounts/guard.hpp"
#include "attempts/exam_control.hpp"
#include "http/router.hpp"

namespace tripos::attempts {

/// What it is given outlives the router.
void add_exam_control_routes(http::Router& router, const accounts::Guard& guard,
                             ExamControl& control);

}  // namespace tripos::attempts
