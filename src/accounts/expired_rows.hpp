// SPDX-License-Identifier: MIT
#pragma once
// What nobody can use any more: sessions, links and codes whose time is over, of users who never
// came back. Functions run inside the caller's transaction.

#include "core/clock.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

/// Deletes up to `limit` of each kind; how many in all. A verification link is kept for a month
/// after its end, so that who clicks it again still learns that the address is verified.
std::int64_t delete_expired(sql::Session& session, Timestamp now, std::int64_t limit);

}  // namespace tripos::accounts
