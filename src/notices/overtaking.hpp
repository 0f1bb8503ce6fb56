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

/// Confined to its context. Run run() in a TaskGroup of the owner.
class Overtaking {
  public:
    /// All of them outlive it. `slots`: of the worker.
    Overtaking(queue::Queue& queue, const queue::Worker& worker, std::size_t slots,
               mail::Transport& transport);

    /// Works until it is cancelled.
    Task<> run();

  private:
    Task<> make_way();

    queue::Queue& queue_;
    const queue::Worker& worker_;
    const std::size_t slots_;
    mail::Transport& transport_;
};

}  // namespace tripos::notices
