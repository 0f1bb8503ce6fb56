// SPDX-License-Identifier: MIT
// queue_agent <redis url> <queue> [prefix]: the C++ side of the conformance suites. Reads one JSON
// request per line from standard input ({"id":1,"call":"add",...}) and answers each with one line
// ({"id":1,"result":...} or {"id":1,"error":...}). agent_processor.hpp says what its worker does.

#include <atomic>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "agent_json.hpp"
#include "agent_processor.hpp"
#include "agent_relations.hpp"
#include "agent_schedulers.hpp"
#include "async/io_threads.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "redis/client.hpp"
#include "redis/url.hpp"

namespace tripos::queue::agent {
namespace {

/// The system's time, moved by `shift`.
class MovableClock final : public Clock {
  public:
    Timestamp now() const override {
        return system_.now() + std::chrono::milliseconds(offset_.load());
    }
    void shift(std::int64_t millis) { offset_ = millis; }

  private:
    SystemClock system_;
    std::atomic<std::int64_t> offset_{0};
};

/// Waits for a Task from the thread that reads the requests.
class Agent {
  public:
    Agent(const std::string& url, std::string queue, std::string prefix);
    ~Agent();

    /// Throws what goes wrong, refusals included.
    json::value answer(const json::object& request);

  private:
    template <class T>
    T wait(Task<T> task) {
        return run_blocking(threads_.background(), std::move(task));
    }
    template <class T>
    T require(Task<Result<T>> task) {
        Result<T> result = wait(std::move(task));
        if (!result) {
            throw SystemError("agent", result.error().message);
        }
        if constexpr (!std::is_void_v<T>) {
            return std::move(*result);
        }
    }

    void offer_jobs();
    void offer_one_job();
    void offer_many_jobs();
    void offer_queue();
    void offer_worker();
    json::value get(const std::string& id);
    json::value states();
    json::value list(const json::object& request);
    Task<> work(WorkerOptions options);
    Task<> close();
    Task<> listen(std::string last_id);
    Task<std::string> stop_listening();  ///< the last event heard

    IoThreads threads_;
    const std::string name_;
    const std::string prefix_;
    MovableClock clock_;
    SecureRandom random_;
    Metrics metrics_;
    redis::Client client_;
    Queue queue_;
    FlowProducer flows_;
    JobSchedulers schedulers_{queue_};
    Calls calls_;
    std::unique_ptr<Ledger> ledger_;
    std::unique_ptr<Worker> worker_;
    std::unique_ptr<QueueEvents> events_;
    std::mutex heard_mutex_;
    json::array heard_;
};

redis::ConnectionOptions connection(const std::string& url) {
    return {.endpoint = redis::parse_url(url).value()};
}

JobState state_of(const json::object& request) {
    const std::string name = text_or(request, "state");
    for (int i = 0; i < static_cast<int>(JobState::unknown); ++i) {
        if (to_string(static_cast<JobState>(i)) == name) {
            return static_cast<JobState>(i);
        }
    }
    throw SystemError("agent", "unknown state " + name);
}

Agent::Agent(const std::string& url, std::string queue, std::string prefix)
    : threads_(1),
      name_(std::move(queue)),
      prefix_(std::move(prefix)),
      client_(threads_.all(), connection(url)),
      queue_(client_, {.name = name_, .prefix = prefix_}, clock_),
      flows_(client_, {.prefix = prefix_}, clock_, random_) {
    threads_.start();
    client_.start();
    offer_jobs();
    offer_one_job();
    offer_many_jobs();
    offer_queue();
    offer_worker();
    offer_relations(calls_, queue_, flows_, threads_.background());
    offer_schedulers(calls_, schedulers_, threads_.background());
}

Agent::~Agent() {
    wait(stop_listening());
    wait(close());
    wait(client_.stop());
    threads_.stop();
}

void Agent::offer_jobs() {
    calls_["add"] = [this](const json::object& request) {
        return json::value(require(queue_.add(read_new_job(request))));
    };
    calls_["addBulk"] = [this](const json::object& request) {
        std::vector<NewJob> jobs;
        for (const json::value& job : request.at("jobs").as_array()) {
            jobs.push_back(read_new_job(job.as_object()));
        }
        return json::value_from(require(queue_.add_bulk(std::move(jobs))));
    };
    calls_["getJob"] = [this](const json::object& request) {
        return get(text_or(request, "jobId"));
    };
    calls_["getState"] = [this](const json::object& request) {
        return json::value(to_string(wait(queue_.get_state(text_or(request, "jobId")))));
    };
    calls_["getJobs"] = [this](const json::object& request) { return list(request); };
    calls_["counts"] = [this](const json::object&) { return states(); };
}

void Agent::offer_one_job() {
    const auto offer = [this](const std::string& name, auto change) {
        calls_[name] = [this, change](const json::object& request) {
            require(change(queue_, text_or(request, "jobId"), request));
            return json::value(true);
        };
    };
    offer("promote", [](Queue& queue, std::string id, const json::object&) {
        return queue.promote(std::move(id));
    });
    offer("retry", [](Queue& queue, std::string id, const json::object&) {
        return queue.retry(std::move(id));
    });
    offer("remove", [](Queue& queue, std::string id, const json::object&) {
        return queue.remove(std::move(id));
    });
    offer("changePriority", [](Queue& queue, std::string id, const json::object& request) {
        return queue.change_priority(std::move(id), number_or(request, "priority", 0));
    });
    offer("changeDelay", [](Queue& queue, std::string id, const json::object& request) {
        return queue.change_delay(std::move(id), millis_or(request, "delay", 0));
    });
    offer("updateData", [](Queue& queue, std::string id, const json::object& request) {
        return queue.update_data(std::move(id), json::serialize(request.at("data")));
    });
    offer("updateProgress", [](Queue& queue, std::string id, const json::object& request) {
        return queue.update_progress(std::move(id), json::serialize(request.at("progress")));
    });
    calls_["addLog"] = [this](const json::object& request) {
        const std::int64_t keep = number_or(request, "keep", 0);
        const auto limit = keep > 0 ? std::optional(keep) : std::nullopt;
        return json::value(
            require(queue_.add_log(text_or(request, "jobId"), text_or(request, "line"), limit)));
    };
    calls_["getLogs"] = [this](const json::object& request) {
        return json::value_from(wait(queue_.get_logs(text_or(request, "jobId"))));
    };
}

void Agent::offer_many_jobs() {
    calls_["drain"] = [this](const json::object& request) {
        return json::value(wait(queue_.drain(request.contains("delayed"))));
    };
    calls_["clean"] = [this](const json::object& request) {
        return json::value_from(require(queue_.clean(
            millis_or(request, "grace", 0), number_or(request, "limit", 0), state_of(request))));
    };
    calls_["obliterate"] = [this](const json::object& request) {
        require(queue_.obliterate(request.contains("force")));
        return json::value(true);
    };
    calls_["retryAll"] = [this](const json::object& request) {
        return json::value(require(queue_.retry_all(state_of(request))));
    };
}

void Agent::offer_queue() {
    calls_["pause"] = [this](const json::object&) {
        wait(queue_.pause());
        return json::value(true);
    };
    calls_["resume"] = [this](const json::object&) {
        wait(queue_.resume());
        return json::value(true);
    };
    calls_["listen"] = [this](const json::object& request) {
        wait(listen(text_or(request, "from", "0")));
        return json::value(true);
    };
    calls_["heard"] = [this](const json::object&) {
        const std::lock_guard lock(heard_mutex_);
        return json::value(heard_);
    };
    calls_["stopListening"] = [this](const json::object&) {
        return json::value(wait(stop_listening()));
    };
}

void Agent::offer_worker() {
    calls_["work"] = [this](const json::object& request) {
        WorkerOptions options{.queue = name_, .prefix = prefix_};
        read_worker_options(request, options);
        ledger_ = std::make_unique<Ledger>(text_or(request, "ledger"));
        wait(work(std::move(options)));
        return json::value(true);
    };
    calls_["close"] = [this](const json::object&) {
        wait(close());
        return json::value(true);
    };
    calls_["shiftClock"] = [this](const json::object& request) {
        clock_.shift(number_or(request, "ms", 0));
        return json::value(true);
    };
}

json::value Agent::get(const std::string& id) {
    const std::optional<Job> job = wait(queue_.get_job(id));
    if (!job) {
        return nullptr;
    }
    json::object object = write_job(*job);
    object["state"] = to_string(wait(queue_.get_state(id)));
    return object;
}

json::value Agent::states() {
    json::object object;
    for (const auto& [state, count] : wait(queue_.counts())) {
        object[to_string(state)] = count;
    }
    return object;
}

json::value Agent::list(const json::object& request) {
    json::array ids;
    const std::vector<Job> jobs =
        wait(queue_.get_jobs(state_of(request), number_or(request, "start", 0),
                             number_or(request, "end", -1), request.contains("ascending")));
    for (const Job& job : jobs) {
        ids.emplace_back(job.id);
    }
    return ids;
}

Task<> Agent::work(WorkerOptions options) {
    worker_ = std::make_unique<Worker>(threads_.background(), client_, std::move(options),
                                       obedient(*ledger_, clock_), clock_, random_, metrics_);
    worker_->start();
    co_return;
}

Task<> Agent::close() {
    if (worker_) {
        co_await worker_->close(std::chrono::seconds(5));
        worker_.reset();
    }
}

Task<> Agent::listen(std::string last_id) {
    QueueEventsOptions options{.queue = name_, .prefix = prefix_};
    options.last_event_id = std::move(last_id);
    events_ =
        std::make_unique<QueueEvents>(threads_.background(), client_, std::move(options), random_);
    events_->on_event([this](const QueueEvent& event) {
        const std::lock_guard lock(heard_mutex_);
        heard_.push_back(write_event(event));
    });
    events_->start();
    co_return;
}

Task<std::string> Agent::stop_listening() {
    std::string last;
    if (events_) {
        co_await events_->close();
        last = events_->last_event_id();
        events_.reset();
    }
    co_return last;
}

json::value Agent::answer(const json::object& request) {
    const auto call = calls_.find(text_or(request, "call"));
    if (call == calls_.end()) {
        throw SystemError("agent", "unknown call " + text_or(request, "call"));
    }
    return call->second(request);
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
}  // namespace tripos::queue::agent

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: queue_agent <redis url> <queue> [prefix]\n";
        return 2;
    }
    tripos::queue::agent::Agent agent(argv[1], argv[2], argc > 3 ? argv[3] : "bull");
    tripos::queue::agent::serve(agent);
    return 0;
}
