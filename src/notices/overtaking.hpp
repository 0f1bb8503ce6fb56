// SPDX-License-Identifier: MIT
#pragma once
// Overtaking: lets codes past notices when a slow relay has notices hold every slot of the queue's
// worker. A job that is not fetched cannot be first in the line before the connections, however
// urgent it is; so when all slots are taken and codes wait in the queue, as many notices that only
// wait for a connection go back to it for a second.

#include "mail/transport.hpp"
#include "queue/queue.hpp"
#include "queue/worker.hpp"

namespace tripos::notices {

/// Whose jobs fill the slots.
enum class SlotLimit {
    of_this_worker,
    of_all_workers,  ///< the queue's own limit: jobs of other processes count as well
};

/// Confined to its context. Run run() in a TaskGroup of the owner.
class Overtaking {
  public:
    /// All of them outlive it. `slots`: of the worker.
    Overtaking(queue::Queue& queue, const queue::Worker& worker, std::size_t slots,
               mail::Transport& transport);

    /// From now on there are so many.
    void set_slots(std::size_t slots, SlotLimit limit);
    /// Works until it is cancelled.
    Task<> run();

  private:
    Task<bool> has_no_slot();
    Task<> make_way();

    queue::Queue& queue_;
    const queue::Worker& worker_;
    std::size_t slots_;
    SlotLimit limit_ = SlotLimit::of_this_worker;
    mail::Transport& transport_;
};

}  // namespace tripos::notices
