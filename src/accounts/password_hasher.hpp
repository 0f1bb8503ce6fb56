// SPDX-License-Identifier: MIT
#pragma once
// PasswordHasher: Argon2id (RFC 9106) on one thread of low priority, so that a cohort that logs in
// at once waits its turn and everything else stays fast. Whoever would wait for more than 25 s is
// refused (Overloaded, which is answered with 503).

#include <string>

#include "async/thread_pool.hpp"
#include "core/secret.hpp"

namespace tripos::accounts {

/// What one hash costs. The default is OWASP's minimum for Argon2id: 19 MiB, two passes, about 44
/// ms.
struct PasswordCost {
    unsigned long long passes = 2;
    std::size_t memory = 19 * 1024 * 1024;  ///< bytes

    /// For tests: no protection at all.
    static PasswordCost cheapest() { return {.passes = 1, .memory = 8192}; }
};

/// Thread-safe.
class PasswordHasher {
  public:
    explicit PasswordHasher(PasswordCost cost);

    /// The form that is stored: names algorithm, cost and salt.
    Task<std::string> hash(Secret password);
    /// False too, after as much work, when `stored` is empty: the time must not tell whether an
    /// account exists.
    Task<bool> verify(std::string stored, Secret password);

    struct Verdict {
        bool is_right = false;
        /// The hash to store instead, when `stored` has another cost than ours or is of a form that
        /// is written no more; empty: nothing to do.
        std::string renewed;
    };
    /// The same, and renews the hash in the same turn.
    Task<Verdict> verify_and_renew(std::string stored, Secret password);

  private:
    enum class Match { none, as_hashed_now, as_typed };

    std::string hash_now(const Secret& password) const;
    Match match_now(const std::string& stored, const Secret& password) const;

    const PasswordCost cost_;
    const std::string decoy_;  ///< a hash of the same cost that no password fits
    ThreadPool pool_;
};

}  // namespace tripos::accounts
