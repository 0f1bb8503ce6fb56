// SPDX-License-Identifier: MIT
#include "operations/queues_api.hpp"

#include "operations/queue_answers.hpp"
#include "operations/queue_json.hpp"

namespace tripos::operations {

namespace {

namespace schema = http::schema;
using http::Operation;
using http::Reply;
using http::Request;

/// A job's place: /:name/jobs/:id.
struct JobPlace {
    std::string queue;
    std::string id;
};
struct PathJob {
    static Result<JobPlace> read(const Request& request) {
        return JobPlace{.queue = request.parameter("name"), .id = request.parameter("id")};
    }
};

Task<Reply> change_job(QueueAdmin& admin, JobPlace job, JobChange change,
                       std::string_view message) {
    const auto queue = co_await admin.find(std::move(job.queue));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_change(**queue, std::move(job.id), change, message);
}

using QueueChange = Task<> (queue::Queue::*)();

Task<Reply> change_queue(QueueAdmin& admin, std::string name, QueueChange change,
                         std::string_view message) {
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    co_await ((**queue).*change)();
    co_return co_await answer_queue(**queue, message);
}

Task<Reply> list(QueueAdmin& admin, Request&) {
    co_return co_await answer_queues(admin);
}

Task<Reply> show_history(QueueAdmin& admin, Request& request, std::string name) {
    const http::IntegerRule rule{.otherwise = 60, .min = 1, .max = kMostMinutes};
    const auto minutes = http::read_integer(request, "minutes", rule);
    if (!minutes) {
        co_return minutes.error();
    }
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_history(admin, **queue, *minutes);
}

Task<Reply> list_jobs(QueueAdmin& admin, Request& request, std::string name) {
    const auto page = http::read_page(request);
    if (!page) {
        co_return page.error();
    }
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    auto state = request.query_parameter("state").value_or("");
    auto order = request.query_parameter("order").value_or("");
    co_return co_await answer_jobs(**queue, std::move(state), std::move(order), *page);
}

Task<Reply> show_job(QueueAdmin& admin, Request&, JobPlace job) {
    const auto queue = co_await admin.find(std::move(job.queue));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_job(**queue, std::move(job.id));
}

void add_job_routes(http::Router& router, const accounts::Guard& guard, QueueAdmin& admin) {
    const std::string jobs = "/api/admin/queues/:name/jobs";
    const std::string job = jobs + "/:id";
    router.get(jobs,
               guard.staff(accounts::Capability::operate, std::ref(admin), http::PathText{"name"},
                           list_jobs),
               Operation("Queues", "The jobs of a queue")
                   .asks("state", shapes::job_state(), "Only these")
                   .asks("order", schema::one_of({"asc", "desc"}), "Oldest or newest first")
                   .paged()
                   .answers(200, "One page",
                            {{"pagination", schema::pagination()},
                             {"data", schema::list_of(shapes::job())}})
                   .refuses(404, {"not_found"}));
    router.get(job,
               guard.staff(accounts::Capability::operate, std::ref(admin), PathJob{}, show_job),
               Operation("Queues", "One job with its data and its log")
                   .answers(200, "The job", {{"data", shapes::full_job()}})
                   .refuses(404, {"not_found"}));
    const auto change = [&](const char* name, JobChange how, std::string_view message,
                            const char* summary, std::vector<std::string> conflicts) {
        auto handler = [how, message](QueueAdmin& queues, Request&, JobPlace place) {
            return change_job(queues, std::move(place), how, message);
        };
        router.post(job + name,
                    guard.staff(accounts::Capability::operate, std::ref(admin), PathJob{}, handler),
                    Operation("Queues", summary)
                        .answers(200, "Done")
                        .refuses(404, {"not_found"})
                        .refuses(409, std::move(conflicts)));
    };
    change("/retry", retry_job, "The job runs again", "Run a failed job again", {"job_state"});
    change("/promote", promote_job, "The job is due now", "Run a delayed job now", {"job_state"});
    change("/remove", remove_job, "Job removed", "Remove a job", {"job_state", "job_locked"});
}

}  // namespace

void add_queue_routes(http::Router& router, const accounts::Guard& guard, QueueAdmin& admin) {
    const std::string queues = "/api/admin/queues";
    const http::PathText name{"name"};
    auto one_queue = shapes::queue_summary();
    const auto rate =
        schema::object({{"max", schema::integer()}, {"duration", schema::integer()}}).nullable();
    const auto ranked =
        schema::object({{"priority", schema::integer()}, {"count", schema::integer()}});
    one_queue.push_back({"priorities", schema::list_of(ranked)});
    one_queue.push_back({"concurrency", schema::integer().nullable()});
    one_queue.push_back({"rateLimit", rate});
    const http::Members changed{{"data", schema::object(one_queue)}};
    router.get(queues, guard.staff(accounts::Capability::operate, std::ref(admin), list),
               Operation("Queues", "The queues and how full they are")
                   .answers(200, "`complete` is false when there are more than are listed",
                            {{"complete", schema::flag()},
                             {"data", schema::list_of(schema::object(shapes::queue_summary()))}}));
    const auto change = [&](const char* path, QueueChange how, std::string_view message,
                            const char* summary) {
        auto handler = [how, message](QueueAdmin& all, Request&, std::string queue) {
            return change_queue(all, std::move(queue), how, message);
        };
        router.post(queues + path,
                    guard.staff(accounts::Capability::operate, std::ref(admin), name, handler),
                    Operation("Queues", summary)
                        .answers(200, std::string(message), changed)
                        .refuses(404, {"not_found"}));
    };
    change("/:name/pause", &queue::Queue::pause, "Queue paused",
           "Pause a queue: running jobs finish, none begins");
    change("/:name/resume", &queue::Queue::resume, "Queue resumed", "Resume a queue");
    router.get(queues + "/:name/history",
               guard.staff(accounts::Capability::operate, std::ref(admin), name, show_history),
               Operation("Queues", "What ended in each of the last minutes")
                   .asks("minutes", schema::integer(), "How many, 60 by default")
                   .answers(200, "Newest first, the running minute included",
                            {{"data", shapes::queue_history()}})
                   .refuses(404, {"not_found"}));
    add_job_routes(router, guard, admin);
}

}  // namespace tripos::operations
