// SPDX-License-Identifier: MIT
#pragma once
// Chores: periodic work that may wait, such as clean-ups, as job schedulers of the queue `chores`.
// However many processes serve, each run happens in one of them; one that was missed while none
// was there is made up for once. What is urgent, or must go on without Redis, does not belong here.
// The plan lives in Redis alone: it is looked for again and again, and made anew when Redis has
// lost its data.

#include <string>
#include <vector>

#include "async/backoff.hpp"
#include "async/task_group.hpp"
#include "module/module.hpp"
#include "queue/job_schedulers.hpp"
#include "queue/worker.hpp"

namespace tripos::operations {

inline constexpr std::string_view kChoresQueue = "chores";

struct ChoresOptions {
    std::string queue_prefix = "bull";
    std::string time_zone = "UTC";
    std::chrono::milliseconds look_again{10'000};  ///< between looks whether the plan is there
};

/// Confined to the background context. What the chores work on outlives it; stop() before
/// destruction.
class Chores {
  public:
    Chores(asio::io_context& background, redis::Client& client, const ChoresOptions& options,
           const Clock& clock, Random& random, Metrics& metrics);

    /// Plans these chores as soon as Redis answers, unplans those of other versions that exist no
    /// longer, works, and plans anew when Redis has forgotten them all.
    void start(std::vector<Chore> chores);
    /// A running chore gets `grace`. Twice is fine.
    Task<> stop(std::chrono::milliseconds grace);

  private:
    Task<> keep_planned();
    Task<> plan_all();
    /// Whether it needs no planning: planning anew would forget a run that was missed.
    Task<bool> is_planned(Chore chore);
    Task<queue::Outcome> process(const queue::Job& job);

    const ChoresOptions options_;
    std::vector<Chore> chores_;
    Backoff backoff_;
    queue::Queue queue_;
    queue::JobSchedulers schedulers_;
    queue::Worker worker_;
    TaskGroup tasks_;
};

}  // namespace tripos::operations
