// SPDX-License-Identifier: MIT
#include "operations/queue_plan.hpp"

#include "http/json_body.hpp"
#include "operations/shown_text.hpp"
#include "queue/job_schedulers.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

constexpr std::int64_t kMostListedSchedulers = 200;
constexpr std::size_t kMostChildren = 100;

json::object to_json(const queue::JobScheduler& scheduler) {
    const auto& repeat = scheduler.repeat;
    const bool is_pattern = !repeat.pattern.empty();
    return {{"id", shown_text(scheduler.id)},
            {"name", shown_text(scheduler.job.name)},
            {"pattern", is_pattern ? json::value(shown_text(repeat.pattern)) : nullptr},
            {"zone", is_pattern ? json::value(shown_text(repeat.tz)) : nullptr},
            {"everyMs", is_pattern ? json::value(nullptr) : json::value(repeat.every.count())},
            {"next", to_iso8601(scheduler.next)},
            {"runs", scheduler.iteration_count},
            {"limit", repeat.limit ? json::value(*repeat.limit) : json::value(nullptr)},
            {"nextJobId", shown_text(scheduler.next_job_id)}};
}

void add_children(json::array& list, const std::vector<std::string>& keys,
                  const std::string& prefix, const char* outcome) {
    for (const auto& key : keys) {
        auto reference = job_reference(key, prefix);
        if (list.size() < kMostChildren && reference.is_object()) {
            reference.as_object()["outcome"] = outcome;
            list.push_back(std::move(reference));
        }
    }
}

std::vector<std::string> keys_of(const std::map<std::string, std::string>& values) {
    std::vector<std::string> keys;
    for (const auto& [key, value] : values) {
        keys.push_back(key);
    }
    return keys;
}

}  // namespace

Task<http::Reply> answer_schedulers(queue::Queue& queue) {
    queue::JobSchedulers schedulers(queue);
    const auto found = co_await schedulers.list(0, kMostListedSchedulers - 1, true);
    json::array data;
    for (const auto& scheduler : found) {
        data.push_back(to_json(scheduler));
    }
    co_return http::success(200, "Schedulers", {{"data", std::move(data)}});
}

json::value job_reference(const std::string& key, const std::string& prefix) {
    const auto start = prefix.size() + 1;
    const auto colon = key.find(':', start);
    if (!key.starts_with(prefix + ":") || colon == std::string::npos) {
        return nullptr;
    }
    return {{"queue", shown_text(key.substr(start, colon - start))},
            {"id", shown_text(key.substr(colon + 1))}};
}

Task<json::array> children_of(queue::Queue& queue, std::string id) {
    const auto children = co_await queue.children(std::move(id));
    json::array list;
    add_children(list, children.failed, queue.prefix(), "failed");
    add_children(list, keys_of(children.ignored), queue.prefix(), "ignored");
    add_children(list, children.pending, queue.prefix(), "pending");
    add_children(list, keys_of(children.values), queue.prefix(), "completed");
    co_return list;
}

namespace shapes {

using namespace http::schema;

http::Schema scheduler() {
    return object({{"id", text()},
                   {"name", text().says("Of the jobs it makes")},
                   {"pattern", text().nullable().says("Cron, where it goes by one")},
                   {"zone", text().nullable()},
                   {"everyMs", integer().nullable()},
                   {"next", instant()},
                   {"runs", integer().says("So far, the next one included")},
                   {"limit", integer().nullable()},
                   {"nextJobId", text().says("Promote it, and it runs now")}})
        .named("JobScheduler");
}

http::Schema job_reference() {
    return object({{"queue", text()}, {"id", text()}}).named("JobReference");
}

http::Schema child() {
    return object({{"queue", text()},
                   {"id", text()},
                   {"outcome", one_of({"pending", "completed", "failed", "ignored"})}})
        .named("ChildJob");
}

}  // namespace shapes

}  // namespace tripos::operations
