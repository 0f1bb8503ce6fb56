// SPDX-License-Identifier: MIT
#include "operations/queue_bulk.hpp"

#include <algorithm>

#include "http/json_writer.hpp"
#include "operations/queue_admin.hpp"
#include "operations/queue_json.hpp"

namespace tripos::operations {

namespace {

namespace schema = http::schema;
using queue::JobState;

/// So many are done by one request: a second or so of work.
constexpr std::size_t kBulkActs = 1'000;
constexpr http::TextRule kFilterRule{.max_length = 500};

/// An act, and the states in which jobs can have it done.
struct BulkAct {
    std::string_view name;
    std::vector<JobState> states;
    Task<Result<>> (*act)(queue::Queue& queue, std::string id);
};

const std::vector<BulkAct>& bulk_acts() {
    static const std::vector<BulkAct> acts{
        {"retry",
         {JobState::failed, JobState::completed},
         [](queue::Queue& queue, std::string id) { return queue.retry(std::move(id)); }},
        {"promote",
         {JobState::delayed},
         [](queue::Queue& queue, std::string id) { return queue.promote(std::move(id)); }},
        // Children are jobs that nobody has counted: they stay.
        {"remove",
         {JobState::waiting, JobState::prioritized, JobState::delayed, JobState::failed,
          JobState::completed},
         [](queue::Queue& queue, std::string id) {
             return queue.remove(std::move(id), queue::RemoveChildren::no);
         }},
    };
    return acts;
}

std::vector<std::string_view> act_names() {
    std::vector<std::string_view> names;
    for (const auto& act : bulk_acts()) {
        names.push_back(act.name);
    }
    return names;
}

/// What is to be done to which jobs.
struct BulkRequest {
    const BulkAct* act = nullptr;
    JobFilter filter;
    std::optional<std::string> confirmation;
};

Result<BulkRequest> read_bulk(http::BodyReader& body) {
    BulkRequest asked;
    const auto act = body.choice("act", act_names());
    const auto state = parse_job_state(body.text("state"));
    asked.filter.name = body.maybe_text("name", kFilterRule).value_or("");
    asked.filter.reason = body.maybe_text("reason", kFilterRule).value_or("");
    const auto as_of = body.maybe_text("asOf").value_or("");
    const auto at = parse_iso8601(as_of);
    asked.confirmation = body.maybe_text("confirm", {.min_length = 0});
    if (!as_of.empty() && (!at || !at->offset)) {
        body.reject("asOf", "asOf must be the moment that the count named");
    }
    for (const auto& known : bulk_acts()) {
        asked.act = known.name == act ? &known : asked.act;
    }
    if (asked.act != nullptr &&
        (!state || std::find(asked.act->states.begin(), asked.act->states.end(), *state) ==
                       asked.act->states.end())) {
        body.reject("state", "state must be one of jobs that can have this done to them");
    }
    if (auto error = body.error()) {
        return *error;
    }
    asked.filter.state = *state;
    if (!as_of.empty()) {
        asked.filter.as_of = at->wall - *at->offset;
    }
    return asked;
}

Error not_confirmed(const FoundJobs& found, Timestamp as_of) {
    const auto count = std::to_string(found.ids.size());
    auto error = conflict("not_confirmed", "This is about " + count +
                                               " jobs: repeat with that number as `confirm`, and "
                                               "with `asOf`");
    error.extra.emplace_back("count", count);
    error.extra.emplace_back("complete", found.is_complete ? "true" : "false");
    error.extra.emplace_back("asOf", http::json_string(to_iso8601(as_of)));
    return error;
}

}  // namespace

Task<http::Reply> answer_bulk(queue::Queue& queue, http::BodyReader& body, Timestamp now) {
    auto asked = read_bulk(body);
    if (!asked) {
        co_return asked.error();
    }
    const bool is_count = !asked->filter.as_of || !asked->confirmation;
    if (!asked->filter.as_of) {
        asked->filter.as_of = now;
    }
    const auto found = co_await find_jobs(queue, asked->filter);
    if (is_count || *asked->confirmation != std::to_string(found.ids.size())) {
        co_return not_confirmed(found, *asked->filter.as_of);
    }
    const auto slice = std::min(found.ids.size(), kBulkActs);
    std::int64_t done = 0;
    for (std::size_t i = 0; i < slice; ++i) {
        const auto changed = co_await asked->act->act(queue, found.ids[i]);
        done += changed ? 1 : 0;
    }
    const auto skipped = static_cast<std::int64_t>(slice) - done;
    auto left = found.ids.size() - slice;
    if (!found.is_complete || skipped > 0) {  // as the next request will count them
        left = (co_await find_jobs(queue, asked->filter)).ids.size();
    }
    co_return http::success(200, "Done", {{"done", done}, {"skipped", skipped}, {"left", left}});
}

http::Operation describe_bulk() {
    return http::Operation("Queues", "Retry, promote or remove all jobs that a filter means")
        .details(
            "Without `confirm` it only counts, and refuses with the number and the moment. "
            "Whoever repeats both acts on those jobs and no others: what fails or is added "
            "later stays. At most 10,000, the oldest, are counted; 1,000 are done by a "
            "request, which says how many the same filter still means, to be confirmed in the same "
            "way: as many as were counted, then, not more. Jobs that somebody changed meanwhile "
            "are "
            "skipped. Children of a removed job stay.")
        .takes({{"act", schema::one_of(act_names())},
                {"state", shapes::job_state()},
                {"name?", schema::text().says("The whole name of the jobs")},
                {"reason?", schema::text().says("A part of why they failed")},
                {"asOf?", schema::instant().says("As the count said it")},
                {"confirm?", schema::text().says("The number of jobs, as the count said it")}})
        .answers(200, "What was done, and how many are left",
                 {{"done", schema::integer()},
                  {"skipped", schema::integer()},
                  {"left", schema::integer()}})
        .refuses(404, {"not_found"})
        .refuses(409, {"not_confirmed"},
                 {{"count?", schema::integer()},
                  {"complete?", schema::flag()},
                  {"asOf?", schema::instant()}});
}

}  // namespace tripos::operations
