// SPDX-License-Identifier: MIT
#include "operations/queues_api.hpp"

#include "core/text.hpp"
#include "operations/queue_shapes.hpp"

namespace tripos::operations {

namespace {

namespace schema = http::schema;
using http::Operation;

}  // namespace

void QueuesApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    const std::string queues = "/api/admin/queues";
    auto one_queue = shapes::queue_summary();
    const auto rate =
        schema::object({{"max", schema::integer()}, {"duration", schema::integer()}}).nullable();
    const auto ranked =
        schema::object({{"priority", schema::integer()}, {"count", schema::integer()}});
    one_queue.push_back({"priorities", schema::list_of(ranked)});
    one_queue.push_back({"concurrency", schema::integer().nullable()});
    one_queue.push_back({"rateLimit", rate});
    const http::Members changed{{"data", schema::object(one_queue)}};
    router.get(queues, guard.admin(this, &QueuesApi::list),
               Operation("Queues", "The queues and how full they are")
                   .answers(200, "`complete` is false when there are more than are listed",
                            {{"complete", schema::flag()},
                             {"data", schema::list_of(schema::object(shapes::queue_summary()))}}));
    router.post(queues + "/:name/pause", guard.admin(this, &QueuesApi::pause),
                Operation("Queues", "Pause a queue: running jobs finish, none begins")
                    .answers(200, "Paused", changed)
                    .refuses(404, {"not_found"}));
    router.post(queues + "/:name/resume", guard.admin(this, &QueuesApi::resume),
                Operation("Queues", "Resume a queue")
                    .answers(200, "Resumed", changed)
                    .refuses(404, {"not_found"}));
    router.get(queues + "/:name/history", guard.admin(this, &QueuesApi::show_history),
               Operation("Queues", "What ended in each of the last minutes")
                   .asks("minutes", schema::integer(), "How many, 60 by default")
                   .answers(200, "Newest first, the running minute included",
                            {{"data", shapes::queue_history()}})
                   .refuses(404, {"not_found"}));
    add_job_routes(router, guard);
}

void QueuesApi::add_job_routes(http::Router& router, const accounts::Guard& guard) {
    const std::string jobs = "/api/admin/queues/:name/jobs";
    const std::string job = jobs + "/:id";
    router.get(jobs, guard.admin(this, &QueuesApi::list_jobs),
               Operation("Queues", "The jobs of a queue")
                   .asks("state", shapes::job_state(), "Only these")
                   .asks("order", schema::one_of({"asc", "desc"}), "Oldest or newest first")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(shapes::job())}})
                   .refuses(404, {"not_found"}));
    router.get(job, guard.admin(this, &QueuesApi::show_job),
               Operation("Queues", "One job with its data and its log")
                   .answers(200, "The job", {{"data", shapes::full_job()}})
                   .refuses(404, {"not_found"}));
    const auto change = [](std::string summary) {
        return Operation("Queues", std::move(summary))
            .answers(200, "Done")
            .refuses(404, {"not_found"})
            .refuses(409, {"job_state"});
    };
    router.post(job + "/retry", guard.admin(this, &QueuesApi::retry),
                change("Run a failed job again"));
    router.post(job + "/promote", guard.admin(this, &QueuesApi::promote),
                change("Run a delayed job now"));
    router.post(job + "/remove", guard.admin(this, &QueuesApi::remove),
                change("Remove a job").refuses(409, {"job_locked"}));
}

Task<http::Reply> QueuesApi::list(http::Request&, const Principal&) {
    co_return co_await answer_queues(admin_);
}

Task<http::Reply> QueuesApi::show_history(http::Request& request, const Principal&) {
    const http::IntegerRule rule{.otherwise = 60, .min = 1, .max = kMostMinutes};
    const auto minutes = http::read_integer(request, "minutes", rule);
    if (!minutes) {
        co_return minutes.error();
    }
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_history(admin_, **queue, *minutes);
}

Task<http::Reply> QueuesApi::list_jobs(http::Request& request, const Principal&) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return queue.error();
    }
    auto state = request.query_parameter("state").value_or("");
    auto order = request.query_parameter("order").value_or("");
    co_return co_await answer_jobs(**queue, std::move(state), std::move(order), *page);
}

Task<http::Reply> QueuesApi::show_job(http::Request& request, const Principal&) {
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_job(**queue, request.parameter("id"));
}

Task<http::Reply> QueuesApi::retry(http::Request& request, const Principal&) {
    co_return co_await change_job(request, retry_job, "The job runs again");
}

Task<http::Reply> QueuesApi::promote(http::Request& request, const Principal&) {
    co_return co_await change_job(request, promote_job, "The job is due now");
}

Task<http::Reply> QueuesApi::remove(http::Request& request, const Principal&) {
    co_return co_await change_job(request, remove_job, "Job removed");
}

Task<http::Reply> QueuesApi::pause(http::Request& request, const Principal&) {
    co_return co_await change_queue(request, &queue::Queue::pause, "Queue paused");
}

Task<http::Reply> QueuesApi::resume(http::Request& request, const Principal&) {
    co_return co_await change_queue(request, &queue::Queue::resume, "Queue resumed");
}

Task<http::Reply> QueuesApi::change_job(const http::Request& request, JobChange change,
                                        std::string_view message) {
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_change(**queue, request.parameter("id"), change, message);
}

Task<http::Reply> QueuesApi::change_queue(const http::Request& request,
                                          Task<> (queue::Queue::*change)(),
                                          std::string_view message) {
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return queue.error();
    }
    co_await ((**queue).*change)();
    co_return co_await answer_queue(**queue, message);
}

}  // namespace tripos::operations
