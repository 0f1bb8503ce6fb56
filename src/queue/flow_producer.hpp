// SPDX-License-Identifier: MIT
#pragma once
// FlowProducer: adds trees of jobs across queues. A job runs when all its children have ended, and
// reads their return values (JobContext::children()); what a child's failure means is its own
// option, on_failure. Shares queues with BullMQ 5.66.4 and 6.x on Node.

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/result.hpp"
#include "queue/queue.hpp"

namespace tripos::queue {

/// A job to add, with the jobs it waits for. An id of one's own must not contain ':'.
struct FlowJob {
    std::string name;         ///< of the job
    std::string queue;        ///< name of its queue
    std::string data = "{}";  ///< JSON
    JobOptions options;       ///< the parent of a child is given by its place; no deduplication
    std::string prefix;       ///< empty: the producer's
    std::vector<FlowJob> children;  ///< run before it
};

/// An added job and its children, in the order they were given.
struct FlowNode {
    std::string id;                  ///< of the job
    std::string queue;               ///< it is on
    std::string prefix;              ///< of that queue
    std::vector<FlowNode> children;  ///< as added
};

/// A stored job and its children.
struct FlowTree {
    Job job;                         ///< as it is now
    std::string queue;               ///< it is on
    std::string prefix;              ///< of that queue
    std::vector<FlowTree> children;  ///< as far as asked for
};

/// Which flow to read, and how much of it.
struct FlowQuery {
    std::string id;          ///< of its root
    std::string queue;       ///< of its root
    std::string prefix;      ///< empty: the producer's
    std::size_t depth = 10;  ///< levels; 1: the job alone
    std::size_t max_children =
        20;  ///< of each job and each kind: completed, pending, failed, ignored
};

/// What all flows of a producer share.
struct FlowProducerOptions {
    std::string prefix = "bull";  ///< of every queue
    /// By queue: where a job's own options are at their default.
    std::map<std::string, JobOptions> default_job_options;
    std::int64_t max_events = 10'000;  ///< length of the events stream, written to meta when absent
};

/// Thread-safe. The client, the clock and `random` outlive it. Calls throw as Queue's.
class FlowProducer {
  public:
    /// All three outlive it.
    FlowProducer(redis::Client& client, FlowProducerOptions options, const Clock& clock,
                 Random& random);
    ~FlowProducer();
    FlowProducer(const FlowProducer&) = delete;
    FlowProducer& operator=(const FlowProducer&) = delete;

    /// Adds the tree in one atomic call, at most 5000 jobs. A job whose id exists stays as it is,
    /// and the children given for it are added to those it waits for. An Error: something is not
    /// acceptable, the parent of the whole is gone, or an existing job belongs to another parent;
    /// nothing was added.
    Task<Result<FlowNode>> add(FlowJob flow);
    /// Several trees in one atomic call.
    Task<Result<std::vector<FlowNode>>> add_bulk(std::vector<FlowJob> flows);
    /// The job with what hangs on it, as far as it still exists; nothing: there is no such job.
    Task<std::optional<FlowTree>> get_flow(FlowQuery query);

    class Impl;

  private:
    std::unique_ptr<Impl> impl_;
};

}  // namespace tripos::queue
