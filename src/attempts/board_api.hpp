// SPDX-License-Identifier: MIT
#pragma once
// What invigilators watch of a running exam: the board of all, and the course of one attempt.
// Neither shows an answer.

#include "accounts/guard.hpp"
#include "attempts/live_boards.hpp"
#include "http/router.hpp"

namespace tripos::attempts {

/// `boards` outlives the router.
void add_board_routes(http::Router& router, const accounts::Guard& guard, LiveBoards& boards);

}  // namespace tripos::attempts
