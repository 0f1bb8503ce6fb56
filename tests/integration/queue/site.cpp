// SPDX-License-Identifier: MIT
#include "integration/queue/site.hpp"

#include <array>
#include <map>

#include "queue/detail/fetched_jobs.hpp"

namespace tripos::queue::test {
namespace {

redis::ConnectionOptions connection(const std::string& url) {
    return {.endpoint = redis::parse_url(url).value()};
}

Task<> start(Worker& worker) {
    worker.start();
    co_return;
}

Task<Outcome> answer(const Job&, JobContext&) {
    co_return Completed{R"({"ok":true})"};
}

bool is_job_key(const std::string& suffix) {
    static const std::set<std::string> kQueueKeys = {
        "wait",          "active",  "delayed", "prioritized", "completed",
        "failed",        "id",      "meta",    "pc",          "marker",
        "stalled-check", "stalled", "events",  "paused",      "waiting-children",
        "limiter"};
    return suffix.find(':') == std::string::npos && !kQueueKeys.contains(suffix);
}

}  // namespace

Site::Site(TestRedis::Persistence persistence)
    : redis(persistence),
      client({&context()}, connection(redis.url())),
      queue(client, {.name = "q", .prefix = "p"}, clock) {
    client.start();
}

Site::~Site() {
    run(client.stop());
}

redis::Reply Site::command(redis::Arguments arguments) {
    return run(client.command(std::move(arguments)));
}

std::vector<std::string> Site::texts(redis::Arguments arguments) {
    std::vector<std::string> found;
    for (const redis::Reply& element : command(std::move(arguments)).elements) {
        found.push_back(element.text);
    }
    return found;
}

std::string Site::score(const std::string& set, const std::string& id) {
    const redis::Reply reply = command({"ZSCORE", "p:q:" + set, id});
    if (reply.type == redis::Reply::Type::real) {
        return std::to_string(static_cast<std::int64_t>(reply.real));
    }
    return reply.text;
}

std::vector<std::string> Site::events() {
    std::vector<std::string> found;
    for (const redis::Reply& entry : command({"XRANGE", "p:q:events", "-", "+"}).elements) {
        std::string line;
        const std::vector<redis::Reply>& fields = entry.elements.at(1).elements;
        for (std::size_t i = 1; i < fields.size(); ++i) {
            line += (i == 1 ? "" : " ") + fields[i].text;
        }
        found.push_back(line);
    }
    return found;
}

bool Site::has_event(const std::string& event) {
    const std::vector<std::string> all = events();
    return std::find(all.begin(), all.end(), event) != all.end();
}

std::string Site::add(NewJob job) {
    return run(queue.add(std::move(job))).value();
}

redis::Reply Site::script(const redis::Script& script, std::vector<std::string> arguments) {
    return run(client.eval(script, {"p:q:"}, std::move(arguments)));
}

std::vector<std::string> Site::fetch(const std::string& token, int count) {
    const redis::Reply reply =
        script(detail::scripts().fetch_jobs, {now(), token, "30000", "w", std::to_string(count)});
    std::vector<std::string> ids;
    const std::optional<detail::Fetched> fetched = detail::read_fetched(reply);
    for (const detail::FetchedJob& taken : fetched->jobs) {
        ids.push_back(taken.job.id);
    }
    return ids;
}

std::vector<std::string> finishing(const std::string& state, std::vector<std::string> job,
                                   const std::string& keep, const std::string& now) {
    std::vector<std::string> arguments{now, "next", "30000", "", "0",   "0",
                                       "1", state,  keep,    "", "1000"};
    arguments.insert(arguments.end(), job.begin(), job.end());
    if (state == "failed") {
        arguments.insert(arguments.end(), {R"(["Error: broken"])", "1"});
    }
    return arguments;
}

std::int64_t Site::finish(const std::string& id, const std::string& token,
                          const std::string& state) {
    const bool failed = state == "failed";
    const redis::Reply reply =
        script(detail::scripts().finish_jobs,
               finishing(state, {id, token, failed ? "broken" : "null", ""}, "", now()));
    return reply.elements.at(0).elements.at(0).integer;
}

std::vector<std::string> Site::inconsistencies() {
    std::map<std::string, int> places;
    for (const char* list_name : {"wait", "active", "paused"}) {
        for (const std::string& id : list(list_name)) {
            ++places[id];
        }
    }
    for (const char* set : {"delayed", "prioritized", "completed", "failed", "waiting-children"}) {
        for (const std::string& id : texts({"ZRANGE", std::string("p:q:") + set, "0", "-1"})) {
            ++places[id];
        }
    }
    std::vector<std::string> problems;
    const std::vector<std::string> active = list("active");
    for (const std::string& key : texts({"KEYS", "*"})) {
        if (!key.starts_with("p:q:")) {
            problems.push_back("foreign key " + key);
            continue;
        }
        const std::string suffix = key.substr(4);
        if (suffix.ends_with(":lock")) {
            const std::string id = suffix.substr(0, suffix.size() - 5);
            if (std::find(active.begin(), active.end(), id) == active.end()) {
                problems.push_back("orphan lock " + key);
            }
        } else if (is_job_key(suffix)) {
            if (places[suffix] != 1) {
                problems.push_back("job in " + std::to_string(places[suffix]) + " places: " + key);
            }
        }
    }
    for (const auto& [id, count] : places) {
        if (count > 0 && !exists(id)) {
            problems.push_back("id without job: " + id);
        }
    }
    return problems;
}

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(5ms);
    }
    return true;
}

bool reaches(Site& site, const std::string& id, JobState state) {
    return eventually([&] { return run(site.queue.get_state(id)) == state; });
}

int count_events(Site& site, const std::string& prefix) {
    int found = 0;
    for (const std::string& event : site.events()) {
        found += event.starts_with(prefix) ? 1 : 0;
    }
    return found;
}

RunningWorker::RunningWorker(Site& site, WorkerOptions options, Processor processor)
    : RunningWorker(site, site.client, std::move(options), std::move(processor)) {}

RunningWorker::RunningWorker(Site& site, redis::Client& client, WorkerOptions options,
                             Processor processor)
    : worker(context(), client, std::move(options), std::move(processor), site.clock, site.random,
             site.metrics) {
    run(start(worker));
}

RunningWorker::~RunningWorker() {
    run(worker.close(2s));
}

WorkerOptions options(std::size_t concurrency) {
    return {.queue = "q", .prefix = "p", .concurrency = concurrency};
}

Task<Outcome> take_a_while(const Job&, JobContext&) {
    co_await sleep_for(std::chrono::milliseconds(20));
    co_return Completed();
}

Processor succeed() {
    return answer;
}

}  // namespace tripos::queue::test
