// SPDX-License-Identifier: MIT
#include "operations/queues_api.hpp"

#include "operations/queue_answers.hpp"
#include "operations/queue_bulk.hpp"
#include "operations/queue_json.hpp"
#include "operations/queue_plan.hpp"

namespace tripos::operations {

namespace {

namespace schema = http::schema;
using http::Operation;
using http::Reply;
using http::Request;

/// For a page that asks every two seconds.
constexpr std::chrono::seconds kNamesAge{30};

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

Task<Reply> remove_job(QueueAdmin& admin, Request& request, JobPlace job) {
    http::BodyReader body(request, http::EmptyBody::allowed);
    auto confirmation = body.maybe_text("confirm", {.min_length = 0});
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto queue = co_await admin.find(std::move(job.queue));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_removal(admin, **queue, std::move(job.id), std::move(confirmation));
}

using QueueChange = Task<> (QueueTuning::*)(queue::Queue&);

Task<Reply> change_queue(QueueAdmin& admin, std::string name, QueueChange change,
                         std::string_view message) {
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    co_await (admin.tuning().*change)(**queue);
    co_return co_await answer_queue(admin, **queue, message);
}

Task<Reply> list_for_page(QueueAdmin& admin, Request&) {
    co_return co_await answer_queues(admin, kNamesAge);
}

Task<Reply> show(QueueAdmin& admin, Request&, std::string name) {
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_queue(admin, **queue, "Queue");
}

Task<Reply> list_schedulers(QueueAdmin& admin, Request&, std::string name) {
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_schedulers(**queue);
}

Task<Reply> set_concurrency(QueueAdmin& admin, Request& request, std::string name) {
    http::BodyReader body(request);
    const auto jobs = body.maybe_integer("concurrency", 1, kMostConcurrency);
    if (!jobs && !body.is_null("concurrency") && !body.error()) {
        body.reject("concurrency", "concurrency must be a number of jobs, or null for no limit");
    }
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    co_return co_await answer_concurrency(admin, **queue, jobs);
}

Task<Reply> act_on_many(QueueAdmin& admin, Request& request, std::string name) {
    const auto queue = co_await admin.find(std::move(name));
    if (!queue) {
        co_return queue.error();
    }
    http::BodyReader body(request);
    co_return co_await answer_bulk(**queue, body, admin.now());
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
    const auto asked_for = [&request](const char* word) {
        return request.query_parameter(word).value_or("");
    };
    JobsAsked asked{.state = asked_for("state"),
                    .order = asked_for("order"),
                    .name = asked_for("name"),
                    .reason = asked_for("reason"),
                    .page = *page};
    co_return co_await answer_jobs(**queue, std::move(asked));
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
                   .asks("name", schema::text(), "With a state: only jobs of this name")
                   .asks("reason", schema::text(),
                         "With a state: only those with this in the reason of their failure")
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
                            const char* summary) {
        auto handler = [how, message](QueueAdmin& queues, Request&, JobPlace place) {
            return change_job(queues, std::move(place), how, message);
        };
        router.post(job + name,
                    guard.staff(accounts::Capability::operate, std::ref(admin), PathJob{}, handler),
                    Operation("Queues", summary)
                        .answers(200, "Done")
                        .refuses(404, {"not_found"})
                        .refuses(409, {"job_state"}));
    };
    change("/retry", retry_job, "The job runs again", "Run a failed job again");
    change("/promote", promote_job, "The job is due now", "Run a delayed job now");
    router.post(
        job + "/remove",
        guard.staff(accounts::Capability::operate, std::ref(admin), PathJob{}, remove_job),
        Operation("Queues", "Remove a job")
            .details("Its children go with it, and theirs: where there are any, their number is "
                     "asked for.")
            .may_take({{"confirm?", schema::text().says("How many they are, as the refusal said")}})
            .answers(200, "Done")
            .refuses(404, {"not_found"})
            .refuses(409, {"job_state", "job_locked", "not_confirmed"},
                     {{"count?", schema::integer()}}));
}

}  // namespace

void add_queue_routes(http::Router& router, const accounts::Guard& guard, QueueAdmin& admin) {
    const std::string queues = "/api/admin/queues";
    const http::PathText name{"name"};
    const http::Members one_queue{{"data", shapes::queue()}};
    router.get(queues, guard.staff(accounts::Capability::operate, std::ref(admin), list_for_page),
               Operation("Queues", "The queues and how full they are")
                   .details("One that another program made shows within half a minute.")
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
                        .answers(200, std::string(message), one_queue)
                        .refuses(404, {"not_found"}));
    };
    change("/:name/pause", &QueueTuning::pause, "Queue paused",
           "Pause a queue: running jobs finish, none begins");
    change("/:name/resume", &QueueTuning::resume, "Queue resumed", "Resume a queue");
    router.get(queues + "/:name",
               guard.staff(accounts::Capability::operate, std::ref(admin), name, show),
               Operation("Queues", "One queue: how full it is, and how its jobs get on")
                   .answers(200, "The queue", one_queue)
                   .refuses(404, {"not_found"}));
    router.get(queues + "/:name/schedulers",
               guard.staff(accounts::Capability::operate, std::ref(admin), name, list_schedulers),
               Operation("Queues", "What comes again in a queue, the next run first")
                   .answers(200, "The schedulers", {{"data", schema::list_of(shapes::scheduler())}})
                   .refuses(404, {"not_found"}));
    router.put(
        queues + "/:name/concurrency",
        guard.staff(accounts::Capability::operate, std::ref(admin), name, set_concurrency),
        Operation("Queues", "How many jobs of a queue may run at once, on all workers")
            .details("Kept in the database: it outlives restarts and a Redis that lost everything, "
                     "and beats the setting in every process until it is null again.")
            .takes({{"concurrency", schema::integer().nullable()}})
            .answers(200, "The queue", one_queue)
            .refuses(404, {"not_found"}));
    router.post(queues + "/:name/bulk",
                guard.staff(accounts::Capability::operate, std::ref(admin), name, act_on_many),
                describe_bulk());
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
