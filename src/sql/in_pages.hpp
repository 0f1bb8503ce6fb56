// SPDX-License-Identifier: MIT
#pragma once
// Long work that needs no memory of how far it is: in_pages() for what is no longer found once it
// is done (clean-ups, cancellations), in_slices() for a list at hand. When the process dies, the
// rest is not done until somebody asks again; src/work is for what must go on by itself.

#include <functional>

#include "sql/database.hpp"

namespace tripos::sql {

/// Repeats `page` in bulk writes until one does fewer rows than it might. It is told how many at
/// most and says how many it did. How many that were in all.
Task<std::int64_t> in_pages(Database& database,
                            std::function<std::int64_t(Session&, std::int64_t)> page);

/// Calls `slice` for all of `count` things, from the first to before the last it is told, in writes
/// of that turn. What they return is added up.
Task<std::int64_t> in_slices(
    Database& database, std::size_t count, Turn turn,
    std::function<std::int64_t(Session&, std::size_t first, std::size_t end)> slice);

}  // namespace tripos::sql
