// SPDX-License-Identifier: MIT
#pragma once
// WriteScope: what one transaction will invalidate, gathered while it runs.
//
//     WriteScope writes(cache);
//     writes.del(exams.key(id));              // beside the statement that changes the exam
//     writes.announce();                      // last of the transaction: safe against a crash
//     ... COMMIT ...
//     co_await writes.committed();            // one round trip for everything
//
// A transaction that is rolled back drops its scope: nothing is invalidated.
//
// A program that dies between COMMIT and committed() leaves old values until their lifetime ends.
// Against that there are two remedies: announce(), where the database keeps Cache::pending() (or
// record() in a table of one's own) and whoever lives replays it (cache/outbox.hpp); or guard(),
// which needs no table, costs a round trip and, after such a death, loads that are not stored for a
// while.

#include <chrono>
#include <string>
#include <vector>

#include "cache/cache.hpp"

namespace tripos::cache {

/// Of one transaction, used by one coroutine at a time. The cache outlives it.
class WriteScope {
  public:
    explicit WriteScope(Cache& cache) : cache_(cache) {}  ///< of nothing yet
    WriteScope(const WriteScope&) = delete;
    WriteScope& operator=(const WriteScope&) = delete;

    void del(Key key);                     ///< one value, once the transaction has committed
    void invalidate_tag(std::string tag);  ///< every value with that tag. Requires: no line break

    /// Nothing is named.
    bool is_empty() const { return keys_.empty() && tags_.empty(); }

    /// Before COMMIT, when all values are named: they end now, and none is stored again, by any
    /// process, until committed() or until `longest` has passed. The database must end the
    /// transaction before that (its statement and idle timeouts). Tags are not guarded. False:
    /// Redis is away, or may evict any key, and nothing is guarded.
    Task<bool> guard(std::chrono::milliseconds longest);
    /// Inside the transaction, when all is named: from its COMMIT on the invalidation survives this
    /// process. Again if the transaction runs again. A scope that ends without committed() leaves
    /// it to be repeated: the COMMIT may have taken effect.
    void announce();
    /// After COMMIT. As Cache::invalidate().
    Task<> committed();

    /// The same as text for Cache::replay(); never changes its format.
    std::string record() const;

  private:
    Cache& cache_;
    std::vector<Key> keys_;
    std::vector<std::string> tags_;
    std::string token_;              ///< among the guards; empty: none
    Pending::Number announced_ = 0;  ///< 0: not
};

}  // namespace tripos::cache
