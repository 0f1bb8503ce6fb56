// SPDX-License-Identifier: MIT
#include "queue/worker.hpp"

#include "async/io_threads.hpp"
#include "core/assert.hpp"
#include "queue/detail/connection_name.hpp"
#include "queue/detail/job_rules.hpp"
#include "queue/detail/worker_impl.hpp"
#include "telemetry/log.hpp"

namespace tripos::queue {
namespace {

constexpr std::chrono::seconds kFetchGrace{
    3};  // a script on its way may still bring jobs to hand back

}  // namespace

Worker::Impl::Impl(asio::io_context& context, redis::Client& client, WorkerOptions options,
                   Processor processor, const Clock& clock, Random& random, Metrics& metrics)
    : context_(context),
      client_(client),
      options_(std::move(options)),
      processor_(std::move(processor)),
      clock_(clock),
      random_(random),
      seconds_(metrics.histogram("tripos_queue_processing_seconds", "Time a job's processor took.",
                                 {{"queue", options_.queue}})),
      active_gauge_(metrics.gauge("tripos_queue_active", "Jobs being worked on.",
                                  {{"queue", options_.queue}})),
      base_(options_.prefix + ":" + options_.queue + ":"),
      token_prefix_(random.hex(16)),
      blocking_(client.dedicated(
          context, detail::connection_name(options_.prefix, options_.queue,
                                           options_.name.empty() ? "" : ":w:" + options_.name))),
      slots_(options_.concurrency),
      backoff_(detail::kReconnect, random),
      marker_backoff_(detail::kReconnect, random),
      outage_(options_.queue),
      marker_outage_(options_.queue),
      work_(context.get_executor()),
      marker_wanted_(context.get_executor()),
      settled_(context.get_executor()),
      jobs_(context.get_executor()),
      loops_(context.get_executor()) {
    TRIPOS_ASSERT(detail::is_queue_name(options_.queue));
    TRIPOS_ASSERT(!options_.limiter ||
                  (options_.limiter->max > 0 && options_.limiter->duration.count() > 0));
    for (const char* result :
         {"completed", "failed", "retried", "delayed", "returned", "waiting-children", "lost"}) {
        counters_[result] =
            &metrics.counter("tripos_queue_jobs_total", "Jobs by what became of them.",
                             {{"queue", options_.queue}, {"result", result}});
    }
}

void Worker::Impl::start() {
    started_ = true;
    blocking_->start();
    loops_.spawn("queue work", work_loop());
    loops_.spawn("queue marker", marker_loop());
    loops_.spawn("queue locks", lock_loop());
    loops_.spawn("queue stalled", stall_loop());
}

void Worker::Impl::set_concurrency(std::size_t slots) {
    slots_ = slots;
    drained_ = false;
    work_.notify();
}

Task<> Worker::Impl::close(std::chrono::milliseconds grace) {
    if (closed_) {
        co_return;
    }
    closing_ = true;
    co_await blocking_->stop();
    work_.notify();
    marker_wanted_.notify();
    const Steady::time_point begin = Steady::now();
    while (Steady::now() < begin + grace && (!running_.empty() || failed_handlers_ > 0)) {
        co_await settled_.wait_for(begin + grace - Steady::now());
    }
    while (scripts_ > 0 && Steady::now() < begin + grace + kFetchGrace) {
        co_await settled_.wait_for(std::chrono::milliseconds(5));
    }
    if (!running_.empty()) {
        log::warn("queue", "closed with jobs still running; they are taken up again later",
                  {{"queue", options_.queue}, {"jobs", std::uint64_t{running_.size()}}});
    }
    cancelled_ = true;
    for (const SlotPtr& slot : running_) {
        slot->abandoned = true;
    }
    co_await jobs_.stop();
    co_await loops_.stop();
    running_.clear();
    finished_.clear();
    active_gauge_.set(0);
    closed_ = true;
}

void Worker::Impl::end() {
    if (started_ && !closed_) {
        finish_on(context_, close(std::chrono::milliseconds(0)));
    }
}

Worker::Worker(asio::io_context& context, redis::Client& client, WorkerOptions options,
               Processor processor, const Clock& clock, Random& random, Metrics& metrics)
    : impl_(std::make_shared<Impl>(context, client, std::move(options), std::move(processor), clock,
                                   random, metrics)) {}

Worker::~Worker() {
    impl_->end();
}

void Worker::on_failed(FailedHandler handler) {
    impl_->on_failed_ = std::move(handler);
}
void Worker::start() {
    impl_->start();
}
void Worker::set_concurrency(std::size_t slots) {
    impl_->set_concurrency(slots);
}
Task<> Worker::close(std::chrono::milliseconds grace) {
    co_await impl_->close(grace);
}
std::size_t Worker::active() const {
    return impl_->active();
}

}  // namespace tripos::queue
