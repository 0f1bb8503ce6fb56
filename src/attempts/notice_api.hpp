// SPDX-License-Identifier: MIT
#pragma once
// The routes by which staff send notices and see who has seen them. Candidates get theirs with the
// answers to save and status.

#include "accounts/guard.hpp"
#include "attempts/notice_service.hpp"
#include "http/router.hpp"

namespace tripos::attempts {

/// `notices` outlives the router.
void add_notice_routes(http::Router& router, const accounts::Guard& guard, NoticeService& notices);

}  // namespace tripos::attempts
