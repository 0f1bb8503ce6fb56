// SPDX-License-Identifier: MIT
#pragma once
// Overtaking: lets codes past notices when a slow relay has notices hold every slot of the queue's
// worker. A job that is not fetched cannot be first in the line before the connections, however
// urgent it is; so when all slots are taken and codes wait in the queue, as many notices that only
// wait for a connection go back to it for a second. And lets notices past newsletters: while all
// slots of theirs are taken and they leave, newsletters leave one by one, so that the processor and
// the writer of the database are there for what somebody waits for.

#include "mail/transport.hpp"
#include "notices/mail_figures.hpp"
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
    /// What it works with; all outlive it. `slots`: of each worker.
    Overtaking(queue::Queue& queue, const queue::Worker& worker, queue::Worker& bulk_worker,
               std::size_t slots, mail::Transport& transport, const MailFigures& figures);

    /// From now on the queue's worker has so many.
    void set_slots(std::size_t slots, SlotLimit limit);
    /// The worker of newsletters has so many, whenever it may.
    void set_bulk_slots(std::size_t slots);
    /// Works until it is cancelled.
    Task<> run();

  private:
    Task<bool> has_no_slot();
    Task<> make_way();
    void slow_newsletters(bool is_busy);
    bool has_sent();

    queue::Queue& queue_;
    const queue::Worker& worker_;
    queue::Worker& bulk_worker_;
    std::size_t slots_;
    std::size_t bulk_slots_;
    int looks_since_busy_;
    std::int64_t sent_before_ = 0;
    SlotLimit limit_ = SlotLimit::of_this_worker;
    mail::Transport& transport_;
    const MailFigures& figures_;
};

}  // namespace tripos::notices
