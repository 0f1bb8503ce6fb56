// SPDX-License-Identifier: MIT
#include "operations/queue_answers.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "http/json_text.hpp"
#include "http/json_writer.hpp"
#include "notices/mail_queues.hpp"
#include "operations/queue_json.hpp"
#include "operations/queue_plan.hpp"
#include "operations/shown_text.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

Result<JobQuery> read_query(const JobsAsked& asked) {
    JobQuery query{.name = asked.name,
                   .reason = asked.reason,
                   .offset = asked.page.offset(),
                   .limit = asked.page.limit};
    std::vector<FieldError> problems;
    if (!asked.state.empty() || !asked.name.empty() || !asked.reason.empty()) {
        query.state = parse_job_state(asked.state);
        if (!query.state) {
            problems.push_back({"state",
                                "state must be active, waiting, prioritized, delayed, failed, "
                                "completed or waiting-children"});
        }
    }
    query.ascending = asked.order == "asc";
    if (!asked.order.empty() && asked.order != "asc" && asked.order != "desc") {
        problems.push_back({"order", "order must be asc or desc"});
    }
    if (!problems.empty()) {
        return invalid_fields(std::move(problems));
    }
    return query;
}

json::value to_json(const std::optional<queue::RateLimit>& rate) {
    if (!rate) {
        return nullptr;
    }
    return {{"max", rate->max}, {"duration", rate->duration.count()}};
}

/// Lists, because the members of an object have no order.
json::value to_json(const std::map<std::int64_t, std::int64_t>& counts) {
    json::array list;
    for (const auto& [priority, count] : counts) {
        list.push_back({{"priority", priority}, {"count", count}});
    }
    return list;
}

/// How its jobs get on.
void add_condition(json::object& data, const queue::QueueCondition& seen) {
    json::object reasons;
    for (const auto& [reason, count] : seen.reasons) {
        reasons[shown_text(reason)] = count;
    }
    data["workers"] = seen.workers ? json::value(*seen.workers) : json::value(nullptr);
    data["oldestWaitMs"] = seen.oldest_wait.count();
    data["endedLately"] = seen.ended;
    data["failedLately"] = seen.failed;
    data["reasons"] = std::move(reasons);
}

Error no_such_job() {
    return not_found("There is no job with this id");
}

}  // namespace

Task<http::Reply> answer_queues(QueueAdmin& admin, std::chrono::seconds names_age) {
    const auto listing = co_await admin.list(names_age);
    json::array data;
    for (const auto& summary : listing.queues) {
        data.push_back(to_json(summary));
    }
    co_return http::success(200, "Queues",
                            {{"complete", listing.is_complete}, {"data", std::move(data)}});
}

Task<http::Reply> answer_queue(QueueAdmin& admin, queue::Queue& queue, std::string_view message) {
    const auto summary = co_await QueueAdmin::summary(queue);
    const auto seen = co_await admin.condition(queue);
    const auto concurrency = co_await queue.global_concurrency();
    const auto rate = co_await queue.global_rate_limit();
    const auto priorities = co_await queue.counts_per_priority();
    auto data = to_json(summary);
    data["priorities"] = to_json(priorities);
    data["concurrency"] = concurrency ? json::value(*concurrency) : json::value(nullptr);
    data["rateLimit"] = to_json(rate);
    add_condition(data, seen);
    co_return http::success(200, message, {{"data", std::move(data)}});
}

Task<http::Reply> answer_concurrency(QueueAdmin& admin, queue::Queue& queue,
                                     std::optional<std::int64_t> jobs) {
    co_await admin.tuning().set_concurrency(queue, jobs);
    co_return co_await answer_queue(
        admin, queue,
        jobs ? "The limit holds for all workers" : "No limit but that of each worker");
}

Task<http::Reply> answer_history(QueueAdmin& admin, queue::Queue& queue, std::int64_t minutes) {
    const auto history = co_await admin.history(queue, minutes);
    json::object data;
    data["name"] = queue.name();
    data["completed"] = json::value_from(history.completed);
    data["failed"] = json::value_from(history.failed);
    co_return http::success(200, "History", {{"data", std::move(data)}});
}

Task<http::Reply> answer_jobs(queue::Queue& queue, JobsAsked asked) {
    const auto query = read_query(asked);
    if (!query) {
        co_return query.error();
    }
    const auto listing = co_await QueueAdmin::jobs(queue, *query);
    auto json = http::success_body("Jobs");
    http::write_pagination(json, asked.page, listing.total);
    json.name("data").begin_array();
    for (const auto& job : listing.jobs) {
        json.raw(http::json_text(to_json(job)));
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<http::Reply> answer_job(queue::Queue& queue, std::string id) {
    const auto state = co_await queue.get_state(id);
    auto job = co_await queue.get_job(id);
    if (!job || state == queue::JobState::unknown) {
        co_return no_such_job();
    }
    const auto logs = co_await queue.get_logs(id);
    auto children = co_await children_of(queue, id);
    const StatedJob stated{.job = std::move(*job), .state = state};
    auto data = to_full_json(stated, notices::is_mail_queue(queue.name()));
    data["logs"] = json::value_from(logs);
    data["children"] = std::move(children);
    data["parent"] = job_reference(stated.job.parent_key, queue.prefix());
    co_return http::success(200, "Job", {{"data", std::move(data)}});
}

Task<Result<>> retry_job(queue::Queue& queue, std::string id) {
    return queue.retry(std::move(id));
}

Task<Result<>> promote_job(queue::Queue& queue, std::string id) {
    return queue.promote(std::move(id));
}

Task<http::Reply> answer_removal(QueueAdmin& admin, queue::Queue& queue, std::string id,
                                 std::optional<std::string> confirmation) {
    const auto state = co_await queue.get_state(id);
    if (state == queue::JobState::unknown) {
        co_return no_such_job();
    }
    const auto children = co_await admin.count_children(queue, id);
    const auto count = std::to_string(children);
    if (children > 0 && confirmation != count) {
        auto error = conflict("not_confirmed", "Jobs hang on this one, which go with it, " + count +
                                                   ": repeat with that number as `confirm`");
        error.extra.emplace_back("count", count);
        co_return error;
    }
    const auto done = co_await queue.remove(std::move(id));
    if (!done) {
        co_return done.error();
    }
    co_return http::success(200, "Job removed");
}

Task<http::Reply> answer_change(queue::Queue& queue, std::string id, JobChange change,
                                std::string_view message) {
    const auto state = co_await queue.get_state(id);
    if (state == queue::JobState::unknown) {
        co_return no_such_job();
    }
    const auto done = co_await change(queue, std::move(id));
    if (!done) {
        co_return done.error();
    }
    co_return http::success(200, message);
}

}  // namespace tripos::operations
