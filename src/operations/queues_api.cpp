// SPDX-License-Identifier: MIT
#include "operations/queues_api.hpp"

namespace tripos::operations {

void QueuesApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    const std::string queues = "/api/admin/queues";
    const std::string job = queues + "/:name/jobs/:id";
    router.get(queues, guard.admin(this, &QueuesApi::list));
    router.get(queues + "/:name/jobs", guard.admin(this, &QueuesApi::list_jobs));
    router.get(job, guard.admin(this, &QueuesApi::show_job));
    router.post(job + "/retry", guard.admin(this, &QueuesApi::retry));
    router.post(job + "/promote", guard.admin(this, &QueuesApi::promote));
    router.post(job + "/remove", guard.admin(this, &QueuesApi::remove));
    router.post(queues + "/:name/pause", guard.admin(this, &QueuesApi::pause));
    router.post(queues + "/:name/resume", guard.admin(this, &QueuesApi::resume));
}

Task<http::Response> QueuesApi::list(http::Request&, const Principal&) {
    co_return co_await answer_queues(admin_);
}

Task<http::Response> QueuesApi::list_jobs(http::Request& request, const Principal&) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return http::problem(page.error());
    }
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return http::problem(queue.error());
    }
    auto state = request.query_parameter("state").value_or("");
    auto order = request.query_parameter("order").value_or("");
    co_return co_await answer_jobs(**queue, std::move(state), std::move(order), *page);
}

Task<http::Response> QueuesApi::show_job(http::Request& request, const Principal&) {
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return http::problem(queue.error());
    }
    co_return co_await answer_job(**queue, request.parameter("id"));
}

Task<http::Response> QueuesApi::retry(http::Request& request, const Principal&) {
    co_return co_await change_job(request, &queue::Queue::retry, "The job runs again");
}

Task<http::Response> QueuesApi::promote(http::Request& request, const Principal&) {
    co_return co_await change_job(request, &queue::Queue::promote, "The job is due now");
}

Task<http::Response> QueuesApi::remove(http::Request& request, const Principal&) {
    co_return co_await change_job(request, &queue::Queue::remove, "Job removed");
}

Task<http::Response> QueuesApi::pause(http::Request& request, const Principal&) {
    co_return co_await change_queue(request, &queue::Queue::pause, "Queue paused");
}

Task<http::Response> QueuesApi::resume(http::Request& request, const Principal&) {
    co_return co_await change_queue(request, &queue::Queue::resume, "Queue resumed");
}

Task<http::Response> QueuesApi::change_job(const http::Request& request, JobChange change,
                                           std::string_view message) {
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return http::problem(queue.error());
    }
    co_return co_await answer_change(**queue, request.parameter("id"), change, message);
}

Task<http::Response> QueuesApi::change_queue(const http::Request& request,
                                             Task<> (queue::Queue::*change)(),
                                             std::string_view message) {
    const auto queue = co_await admin_.find(request.parameter("name"));
    if (!queue) {
        co_return http::problem(queue.error());
    }
    co_await ((**queue).*change)();
    co_return co_await answer_queue(**queue, message);
}

}  // namespace tripos::operations
