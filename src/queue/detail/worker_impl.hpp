// SPDX-License-Identifier: MIT
#pragma once
// Inside a Worker: four loops and the running jobs, all on one context.
//
// - The work loop settles what has finished and fetches for free slots, in one script where it
//   can, at most two scripts at a time. Nothing else moves jobs.
// - The marker loop has the blocking wait on a connection of its own; it only tells the work loop
//   that there may be something.
// - The lock loop renews all locks in one call, four times per lock duration.
// - The stall loop puts back jobs of workers that died.
//
// Invariant: a job is in `running_` from its fetch until Redis has answered its end;
// `running_.size()` is the slots in use. The loops catch Redis failures: they log the outage once
// and go on.

#include <atomic>
#include <deque>
#include <memory>
#include <vector>

#include "async/backoff.hpp"
#include "async/event.hpp"
#include "async/task_group.hpp"
#include "queue/detail/endings.hpp"
#include "queue/detail/fetched_jobs.hpp"
#include "queue/detail/outage_log.hpp"
#include "queue/detail/scripts.hpp"
#include "queue/detail/settlement.hpp"
#include "queue/worker.hpp"

namespace tripos::queue {

class Worker::Impl {
  public:
    Impl(asio::io_context& context, redis::Client& client, WorkerOptions options,
         Processor processor, const Clock& clock, Random& random, Metrics& metrics);

    void start();
    void set_concurrency(std::size_t slots);
    Task<> close(std::chrono::milliseconds grace);
    void end();  ///< closed, whatever has happened so far

    FailedHandler on_failed_;
    std::size_t active() const { return running_.size(); }

  private:
    using Steady = std::chrono::steady_clock;

    /// A fetched job; also what its processor sees.
    class Slot final : public JobContext {
      public:
        Slot(Impl& worker, Job fetched, std::string owner_token, Steady::time_point lock_end);
        bool is_abandoned() const override {
            return abandoned || Steady::now() >= locked_until.load();
        }
        Task<> log(std::string line) override;
        Task<> update_progress(std::string json) override;
        Task<Children> children() override;

        Impl& worker;
        const Job job;
        const std::string token;
        const Steady::time_point started_at = Steady::now();
        std::atomic<bool> abandoned = false;
        std::atomic<Steady::time_point> locked_until;  ///< as far as Redis has confirmed
        detail::Settlement settlement;
        std::string stored_options;  ///< of a job scheduler's run: the next one is made from them
        bool has_ended = false;      ///< its processor has returned
        std::optional<std::int64_t> unanswered;  ///< ms: when its end was sent first, without reply
    };
    using SlotPtr = std::shared_ptr<Slot>;

    /// What a script on its way is asked for.
    struct Fetch {
        std::string token;
        std::size_t ending = 0;      ///< jobs of running_ that leave with it
        std::size_t wanted = 0;      ///< jobs for their slots and other free ones
        std::uint64_t wakes = 0;     ///< how many markers had come when it was sent
        Steady::time_point asked{};  ///< a lock it brings ends at most its duration later
    };

    // worker_loops.cpp
    Task<> work_loop();
    Task<> marker_loop();
    Task<> lock_loop();
    Task<> stall_loop();
    Task<> fetch(Fetch fetch);
    void begin_script(Task<> script);
    void end_script();
    Fetch ask(std::size_t ending);
    void answered(const Fetch& fetch);
    void doubt(Fetch fetch);
    std::size_t batch_size() const;
    std::vector<std::string> fetch_arguments(const Fetch& fetch) const;
    Task<> reclaim();
    Task<> hand_back(std::vector<SlotPtr> slots);
    Task<> accept(std::optional<detail::Fetched> fetched, Fetch fetch);
    void start_job(SlotPtr slot);
    Task<> renew_locks();
    Task<> on_marker(std::string member, double score);
    bool wants_marker() const;
    bool may_fetch() const;
    Steady::duration idle_time() const;
    Steady::duration marker_timeout() const;

    // worker_jobs.cpp
    Task<> run_job(SlotPtr slot);
    void end_job(SlotPtr slot);
    Task<> schedule_next_run(SlotPtr slot);
    Task<Outcome> process(SlotPtr slot);
    Task<Outcome> run_processor(Slot& slot);
    Task<Outcome> run_recorded(Slot& slot, trace::Span span);
    Task<> call_failed_handler(SlotPtr slot);
    void note_failure(const std::string& problem);
    void note_success();
    detail::Settlement decide(const Slot& slot, const Outcome& outcome);
    std::size_t free_slots() const;
    std::string next_token();
    std::int64_t now_millis() const { return to_millis(clock_.now()); }
    Task<redis::Reply> eval(const redis::Script& script, std::vector<std::string> arguments);

    // worker_settle.cpp
    std::vector<SlotPtr> take_finished();
    Task<> settle(std::vector<SlotPtr> batch);
    Task<> send_finished(std::vector<SlotPtr> batch, Fetch fetch);
    Task<> send_unfinished(SlotPtr slot);
    std::vector<detail::Ending> endings_of(const std::vector<SlotPtr>& batch) const;
    Task<> find_out(SlotPtr slot, std::int64_t code);
    bool fail_instead(const SlotPtr& slot, std::int64_t code);
    void conclude(const SlotPtr& slot, std::int64_t code);
    void drop_refused(const SlotPtr& slot, const std::string& problem);
    void count(std::string_view result);
    void release(const SlotPtr& slot);

    // Constant after construction
    asio::io_context& context_;
    redis::Client& client_;
    const WorkerOptions options_;
    const Processor processor_;
    const Clock& clock_;
    Random& random_;
    std::map<std::string, Counter*, std::less<>> counters_;
    Histogram& seconds_;
    Gauge& active_gauge_;
    const std::string base_;
    const std::string token_prefix_;
    std::unique_ptr<redis::Connection> blocking_;

    // State of the loops
    std::size_t slots_;
    std::vector<SlotPtr> running_;
    std::deque<SlotPtr> finished_;  ///< of running_, to be settled
    std::uint64_t fetches_ = 0;
    std::vector<std::string> in_doubt_;  ///< tokens of fetches whose reply was lost
    std::size_t scripts_ = 0;            ///< on their way, at most kScripts
    Steady::time_point begun_{};         ///< when the last of them was sent
    std::size_t ending_ = 0;             ///< jobs of running_ that they end
    std::size_t asked_ = 0;              ///< jobs that they may bring
    std::uint64_t wakes_ = 0;            ///< markers that asked for a fetch
    std::size_t failed_handlers_ = 0;
    bool drained_ = false;    ///< the last fetch found nothing
    bool found_all_ = false;  ///< it found as many as it wanted
    bool closing_ = false;
    std::atomic<bool> started_ = false;  ///< this one and the next are read by the destructor
    std::atomic<bool> closed_ = false;
    bool cancelled_ = false;
    std::int64_t due_ = 0;              ///< ms of the earliest delayed job known; 0: none
    Steady::time_point fetch_after_{};  ///< rate limit, SlowDown
    Steady::time_point talk_after_{};   ///< Redis failed: not before
    tripos::Backoff backoff_;
    tripos::Backoff marker_backoff_;
    detail::OutageLog outage_;
    detail::OutageLog marker_outage_;
    Event work_;           ///< something finished, or a marker came
    Event marker_wanted_;  ///< the work loop has nothing to do
    Event settled_;        ///< a job is gone from running_

    TaskGroup jobs_;
    TaskGroup loops_;
};

}  // namespace tripos::queue
