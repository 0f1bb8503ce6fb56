// SPDX-License-Identifier: MIT
#pragma once
// Invalidations that survive the death of their writer: the transaction writes WriteScope::record()
// to a table, and deletes the row after committed(). What a dead writer left there, relay()
// repeats. Repeating an invalidation costs a load, no more.

#include <cstdint>
#include <string>
#include <vector>

#include "cache/cache.hpp"

namespace tripos::cache {

/// One transaction's invalidation as it lies in the table.
struct OutboxRow {
    std::int64_t id = 0;  ///< of the row
    std::string record;   ///< WriteScope::record()
};

/// The table; its owner implements it.
class Outbox {
  public:
    virtual ~Outbox() = default;
    /// Committed rows, the oldest first, at most `limit`.
    virtual Task<std::vector<OutboxRow>> oldest(std::size_t limit) = 0;
    /// Redis has confirmed them.
    virtual Task<> remove(std::vector<std::int64_t> ids) = 0;
};

/// Repeats what the table holds, until it is empty or Redis is away; the number of rows removed.
/// Any number of programs may do so at once. Throws what the table throws.
Task<std::size_t> relay(Cache& cache, Outbox& outbox);

}  // namespace tripos::cache
