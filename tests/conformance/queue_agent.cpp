// SPDX-License-Identifier: MIT
// queue_agent <redis url> <queue> [prefix]: the C++ side of the conformance suites. Reads one JSON
// request per line from standard input ({"id":1,"call":"add",...}) and answers each with one line
// ({"id":1,"result":...} or {"id":1,"error":...}). A worker started by `work` does what a job's
// data says: {"do":"echo"}, "fail" (as often as "times"), "fatal", "slow" (ms).

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "async/io_threads.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "queue/queue.hpp"
#include "queue/worker.hpp"
#include "redis/client.hpp"
#include "redis/url.hpp"

namespace tripos::queue {
namespace {

namespace json = boost::json;

std::int64_t number_or(const json::object& object, std::string_view name, std::int64_t fallback) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<std::int64_t>() : fallback;
}

std::string text_or(const json::object& object, std::string_view name,
                    const std::string& fallback) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : fallback;
}

std::optional<Retention> retention(const json::object& object, std::string_view name) {
    const json::value* value = object.if_contains(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    return Retention{.count = value->to_number<std::int64_t>()};
}

NewJob read_new_job(const json::object& request) {
    NewJob job{.name = text_or(request, "name", "job")};
    if (const json::value* data = request.if_contains("data")) {
        job.data = json::serialize(*data);
    }
    const json::value* given = request.if_contains("opts");
    const json::object opts = given != nullptr ? given->get_object() : json::object();
    job.options.job_id = text_or(opts, "jobId", "");
    job.options.priority = number_or(opts, "priority", 0);
    job.options.delay = std::chrono::milliseconds(number_or(opts, "delay", 0));
    job.options.attempts = static_cast<int>(number_or(opts, "attempts", 0));
    job.options.lifo = opts.contains("lifo");
    job.options.remove_on_complete = retention(opts, "removeOnComplete");
    if (opts.contains("timestamp")) {
        job.options.timestamp = from_millis(number_or(opts, "timestamp", 0));
    }
    if (opts.contains("backoff")) {
        const auto delay = std::chrono::milliseconds(number_or(opts, "backoff", 0));
        job.options.backoff = Backoff{.delay = delay};
    }
    return job;
}

json::object write_job(const Job& job) {
    json::object object;
    object["id"] = job.id;
    object["name"] = job.name;
    object["data"] = json::parse(job.data);
    object["timestamp"] = to_millis(job.timestamp);
    object["delay"] = job.delay.count();
    object["priority"] = job.priority;
    object["attempts"] = job.options.attempts;
    object["attemptsMade"] = job.attempts_made;
    object["attemptsStarted"] = job.attempts_started;
    object["stalledCounter"] = job.stalled_counter;
    object["processedBy"] = job.processed_by;
    object["progress"] = json::parse(job.progress);
    object["returnvalue"] = json::parse(job.return_value.value_or("null"));
    object["failedReason"] = job.failed_reason.value_or("");
    object["stacktrace"] = job.stacktrace.size();
    return object;
}

Task<Outcome> obey(const Job& job, JobContext&) {
    const json::value data = json::parse(job.data);
    const json::object request = data.is_object() ? data.get_object() : json::object();
    const std::string action = text_or(request, "do", "echo");
    if (action == "fail" && job.attempts_made < number_or(request, "times", 1'000'000)) {
        throw std::runtime_error(text_or(request, "reason", "failed as told"));
    }
    if (action == "fatal") {
        co_return FailPermanently{text_or(request, "reason", "fatal as told")};
    }
    if (action == "slow") {
        co_await sleep_for(std::chrono::milliseconds(number_or(request, "ms", 100)));
    }
    json::object answer;
    answer["by"] = "tripos";
    answer["data"] = data;
    co_return Completed{json::serialize(answer)};
}

class Agent {
  public:
    Agent(const std::string& url, std::string queue, std::string prefix)
        : threads_(1),
          name_(std::move(queue)),
          prefix_(std::move(prefix)),
          client_(threads_.all(), connection(url)),
          queue_(client_, {.name = name_, .prefix = prefix_}, clock_) {
        threads_.start();
        client_.start();
    }

    ~Agent() {
        call(close());
        call(client_.stop());
        threads_.stop();
    }

    json::value answer(const json::object& request);

  private:
    static redis::ConnectionOptions connection(const std::string& url) {
        return {.endpoint = redis::parse_url(url).value()};
    }

    template <class T>
    T call(Task<T> task) {
        return run_blocking(threads_.background(), std::move(task));
    }

    json::value add(const json::object& request);
    json::value add_bulk(const json::object& request);
    json::value get(const std::string& id);
    json::value counts();
    Task<> work(WorkerOptions options);
    Task<> close();

    IoThreads threads_;
    const std::string name_;
    const std::string prefix_;
    SystemClock clock_;
    SecureRandom random_;
    Metrics metrics_;
    redis::Client client_;
    Queue queue_;
    std::unique_ptr<Worker> worker_;
};

json::value Agent::add(const json::object& request) {
    const Result<std::string> id = call(queue_.add(read_new_job(request)));
    return id ? json::value(*id) : json::value(nullptr);
}

json::value Agent::add_bulk(const json::object& request) {
    std::vector<NewJob> jobs;
    for (const json::value& job : request.at("jobs").as_array()) {
        jobs.push_back(read_new_job(job.as_object()));
    }
    const Result<std::vector<std::string>> ids = call(queue_.add_bulk(std::move(jobs)));
    return ids ? json::value_from(*ids) : json::value(nullptr);
}

json::value Agent::get(const std::string& id) {
    const std::optional<Job> job = call(queue_.get_job(id));
    if (!job) {
        return nullptr;
    }
    json::object object = write_job(*job);
    object["state"] = to_string(call(queue_.get_state(id)));
    return object;
}

json::value Agent::counts() {
    json::object object;
    for (const auto& [state, count] : call(queue_.counts())) {
        object[to_string(state)] = count;
    }
    return object;
}

Task<> Agent::work(WorkerOptions options) {
    worker_ = std::make_unique<Worker>(threads_.background(), client_, std::move(options), obey,
                                       clock_, random_, metrics_);
    worker_->start();
    co_return;
}

Task<> Agent::close() {
    if (worker_) {
        co_await worker_->close(std::chrono::seconds(5));
        worker_.reset();
    }
}

json::value Agent::answer(const json::object& request) {
    const std::string what = text_or(request, "call", "");
    const std::string id = text_or(request, "jobId", "");
    if (what == "add") {
        return add(request);
    }
    if (what == "addBulk") {
        return add_bulk(request);
    }
    if (what == "getJob") {
        return get(id);
    }
    if (what == "counts") {
        return counts();
    }
    if (what == "work") {
        WorkerOptions options{.queue = name_, .prefix = prefix_};
        options.name = text_or(request, "name", "");
        options.concurrency = static_cast<std::size_t>(number_or(request, "concurrency", 1));
        options.lock_duration = std::chrono::milliseconds(number_or(request, "lock", 30'000));
        options.stalled_interval = std::chrono::milliseconds(number_or(request, "stalled", 30'000));
        call(work(std::move(options)));
    } else if (what == "pause") {
        call(queue_.pause());
    } else if (what == "resume") {
        call(queue_.resume());
    } else if (what == "promote") {
        return call(queue_.promote(id)).has_value();
    } else if (what == "retry") {
        return call(queue_.retry(id)).has_value();
    } else if (what == "remove") {
        return call(queue_.remove(id)).has_value();
    } else if (what == "close") {
        call(close());
    } else {
        throw SystemError("agent", "unknown call " + what);
    }
    return true;
}

void serve(Agent& agent) {
    std::string line;
    while (std::getline(std::cin, line)) {
        const json::value request = json::parse(line);
        json::object answer;
        answer["id"] = request.at("id");
        try {
            answer["result"] = agent.answer(request.as_object());
        } catch (const std::exception& failure) {
            answer["error"] = failure.what();
        }
        std::cout << json::serialize(answer) << std::endl;
    }
}

}  // namespace
}  // namespace tripos::queue

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: queue_agent <redis url> <queue> [prefix]\n";
        return 2;
    }
    tripos::queue::Agent agent(argv[1], argv[2], argc > 3 ? argv[3] : "bull");
    tripos::queue::serve(agent);
    return 0;
}
