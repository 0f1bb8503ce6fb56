// SPDX-License-Identifier: MIT
#include "operations/queue_shapes.hpp"

#include "operations/queue_admin.hpp"

namespace tripos::operations::shapes {

using namespace http::schema;
using http::Members;
using http::Schema;

namespace {

Members job_members() {
    return {{"id", text()},
            {"name", text()},
            {"state", job_state()},
            {"priority", integer()},
            {"delay", integer().says("Milliseconds")},
            {"attemptsMade", integer()},
            {"progress", anything().says("What the worker last reported")},
            {"timestamp", instant().says("When it was added")},
            {"processedOn", instant().nullable()},
            {"finishedOn", instant().nullable()},
            {"failedReason", text().nullable()},
            {"dataBytes", integer()}};
}

}  // namespace

Schema job_state() {
    std::vector<std::string_view> states;
    for (const auto state : listed_states()) {
        states.push_back(queue::to_string(state));
    }
    return one_of(states).named("JobState");
}

Members queue_summary() {
    return {{"name", text()}, {"paused", flag()}, {"counts", map_of(integer())}};
}

Schema queue_history() {
    const auto minutes = list_of(integer());
    return object({{"name", text()}, {"completed", minutes}, {"failed", minutes}});
}

Schema job() {
    return object(job_members()).named("Job");
}

Schema full_job() {
    const auto backoff =
        object({{"type", text()}, {"delay", integer()}, {"jitter", number()}}).nullable();
    const auto options = object({{"attempts", integer()}, {"backoff", backoff}, {"lifo", flag()}});
    auto members = job_members();
    members.insert(members.end(), {{"data", anything().says("Without the bodies of mails")},
                                   {"opts", options},
                                   {"attemptsStarted", integer()},
                                   {"stalledCounter", integer()},
                                   {"processedBy", text()},
                                   {"returnvalue", anything()},
                                   {"stacktrace", list_of(text())},
                                   {"logs", list_of(text())}});
    return object(members).named("FullJob");
}

}  // namespace tripos::operations::shapes
