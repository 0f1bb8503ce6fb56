// SPDX-License-Identifier: MIT
#pragma once
// WriteScope: what one transaction will invalidate, gathered while it runs.
//
//     WriteScope writes(cache);
//     writes.del(exams.key(id));              // beside the statement that changes the exam
//     co_await writes.guard(30s);             // optional, before COMMIT: safe against a crash
//     ... COMMIT ...
//     co_await writes.committed();            // one round trip for everything
//
// A transaction that is rolled back drops its scope: nothing is invalidated.
//
// A program that dies between COMMIT and committed() leaves old values until their lifetime ends.
// Against that there are two remedies: guard(), which costs a round trip and, after such a death,
// loads that are not stored for a while; or record(), to be written to a table in the same
// transaction and replayed by whoever lives (cache/outbox.hpp).

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

    /// Before COMMIT, when all values are named: they end now, and none is stored again, by any
    /// process, until committed() or until `longest` has passed. The database must end the
    /// transaction before that (its statement and idle timeouts). Tags are not guarded. False:
    /// Redis is away and nothing is guarded.
    Task<bool> guard(std::chrono::milliseconds longest);
    /// After COMMIT. As Cache::invalidate().
    Task<> committed();

    /// The same as text for Cache::replay(); never changes its format.
    std::string record() const;

  private:
    Cache& cache_;
    std::vector<Key> keys_;
    std::vector<std::string> tags_;
    std::string token_;  ///< among the guards; empty: none
};

}  // namespace tripos::cache
