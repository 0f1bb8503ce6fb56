// SPDX-License-Identifier: MIT
#pragma once
// What the queues' routes answer, the same over HTTP and over the control socket. Stateless; the
// coroutines borrow the queue until they end. They throw as queue::Queue does.

#include "http/json_body.hpp"
#include "http/message.hpp"
#include "operations/queue_admin.hpp"

namespace tripos::operations {

inline constexpr std::int64_t kMostMinutes = 7 * 24 * 60;  ///< of a history

/// `data` with every queue, of names that may be so old; `complete` false when there may be more.
Task<http::Reply> answer_queues(QueueAdmin& admin, std::chrono::seconds names_age);
/// `data` with the queue's counts, how its jobs get on, and its limits for all workers, behind
/// `message`.
Task<http::Reply> answer_queue(QueueAdmin& admin, queue::Queue& queue, std::string_view message);
inline constexpr std::int64_t kMostConcurrency = 1'000'000;
/// Sets how many of its jobs run at once, nothing: as the settings have it; answers as
/// answer_queue().
Task<http::Reply> answer_concurrency(QueueAdmin& admin, queue::Queue& queue,
                                     std::optional<std::int64_t> jobs);
/// `data` with what ended in each of the last minutes.
Task<http::Reply> answer_history(QueueAdmin& admin, queue::Queue& queue, std::int64_t minutes);
/// What is asked of a listing, as it came; empty words are for all, newest first.
struct JobsAsked {
    std::string state;
    std::string order;
    std::string name;    ///< only with a state
    std::string reason;  ///< only with a state
    http::Page page;
};
/// `pagination` and `data`.
Task<http::Reply> answer_jobs(queue::Queue& queue, JobsAsked asked);
/// `data` with the job and its `logs`; 404 when it is in no state, as the queue's own keys are.
Task<http::Reply> answer_job(queue::Queue& queue, std::string id);

/// Removes a job with its children; 404 and 409 as below, and 409 not_confirmed unless
/// `confirmation` is their number, if there are any.
Task<http::Reply> answer_removal(QueueAdmin& admin, queue::Queue& queue, std::string id,
                                 std::optional<std::string> confirmation);
/// Does `change` to a job; 404 as answer_job, 409 when its state does not fit.
using JobChange = Task<Result<>> (*)(queue::Queue&, std::string);
Task<Result<>> retry_job(queue::Queue& queue, std::string id);
Task<Result<>> promote_job(queue::Queue& queue, std::string id);
Task<http::Reply> answer_change(queue::Queue& queue, std::string id, JobChange change,
                                std::string_view message);

}  // namespace tripos::operations
