// SPDX-License-Identifier: MIT
#pragma once
// PasswordHasher: Argon2id (RFC 9106) on threads of low priority, so that a cohort that logs in at
// once waits its turn and everything else stays fast. A wrong password is counted before the next
// one of the same guest is looked at (limits/), and whoever has spent all tries is refused without
// a hash.

#include <functional>
#include <string>

#include "accounts/hashing_queue.hpp"
#include "accounts/password_rules.hpp"
#include "async/thread_pool.hpp"
#include "core/secret.hpp"
#include "limits/rate_limits.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::accounts {

/// What one hash costs. The default is OWASP's minimum for Argon2id: 19 MiB, two passes, about 44
/// ms.
struct PasswordCost {
    unsigned long long passes = 2;
    std::size_t memory = 19 * 1024 * 1024;  ///< bytes

    /// For tests: no protection at all.
    static PasswordCost cheapest() { return {.passes = 1, .memory = 8192}; }
};

/// Thread-safe. Outlives what it runs.
class PasswordHasher {
  public:
    /// As many threads as the queue has slots.
    PasswordHasher(PasswordCost cost, HashingQueueOptions queue, Metrics& metrics);

    /// The form that is stored: names algorithm, cost and salt. For commands: it stands in no line.
    Task<std::string> hash(Secret password);
    /// The same when the turn has come; otherwise the queue's refusal.
    Task<Result<std::string>> hash(Secret password, const limits::Claim& claim);
    /// False too, after as much work, when `stored` is empty: the time must not tell whether an
    /// account exists. False is a failure of `claim`; refused by the queue or the limits.
    Task<Result<bool>> verify(std::string stored, Secret password, const limits::Claim& claim);

    /// What is wrong with a password as a new one, if anything is: in its turn, since the lists of
    /// common ones take their time. Refused by the queue.
    Task<Result<std::optional<std::string>>> problem_of(Secret password, PasswordRules rules,
                                                        const limits::Claim& claim);

    struct Verdict {
        bool is_right = false;
        /// The hash to store instead, when `stored` has another cost than ours or is of a form that
        /// is written no more; empty: nothing to do.
        std::string renewed;
    };
    /// The same for a log-in, which goes first; renews the hash in the same turn.
    Task<Result<Verdict>> verify_and_renew(std::string stored, Secret password,
                                           const limits::Claim& claim);

  private:
    using Lane = HashingQueue::Lane;
    enum class Match { none, as_hashed_now, as_typed };

    Task<Result<HashingQueue::Turn>> turn(Lane lane, const limits::Claim& claim);
    /// In its turn; a wrong password is a failure of `claim`.
    Task<Result<Verdict>> judge(Lane lane, std::function<Verdict()> work,
                                const limits::Claim& claim);
    std::string hash_now(const Secret& password) const;
    Match match_now(const std::string& stored, const Secret& password) const;

    const PasswordCost cost_;
    const std::string decoy_;  ///< a hash of the same cost that no password fits
    Counter& hashed_;
    Gauge& waiting_;
    HashingQueue queue_;
    ThreadPool pool_;
};

}  // namespace tripos::accounts
