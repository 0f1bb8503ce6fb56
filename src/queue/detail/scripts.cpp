// SPDX-License-Identifier: MIT
#include "queue/detail/scripts.hpp"

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos::queue::detail {
namespace {

constexpr std::string_view kInclude = "--@include ";

redis::Script make(std::string_view name) {
    const std::string file = std::string(name) + ".lua";
    return redis::Script(std::string(name), load_script(file));
}

}  // namespace

std::string load_script(std::string_view name) {
    const std::string_view source = embedded::file("lua/" + std::string(name));
    TRIPOS_ASSERT(!source.empty());
    std::string whole;
    for (const std::string_view line : split(source, '\n')) {
        if (line.starts_with(kInclude)) {
            whole += load_script(trim(line.substr(kInclude.size())));
        } else {
            whole += line;
        }
        whole += '\n';
    }
    return whole;
}

const Scripts& scripts() {
    static const Scripts all{
        .add_jobs = make("add_jobs"),
        .add_related_jobs = make("add_related_jobs"),
        .add_flow = make("add_flow"),
        .fetch_jobs = make("fetch_jobs"),
        .finish_jobs = make("finish_jobs"),
        .has_ended_as = make("has_ended_as"),
        .retry_job = make("retry_job"),
        .move_to_delayed = make("move_to_delayed"),
        .wait_for_children = make("wait_for_children"),
        .return_to_wait = make("return_to_wait"),
        .reclaim_jobs = make("reclaim_jobs"),
        .extend_locks = make("extend_locks"),
        .recover_stalled = make("recover_stalled"),
        .pause = make("pause"),
        .resume = make("resume"),
        .promote_job = make("promote_job"),
        .retry_finished = make("retry_finished"),
        .remove_job = make("remove_job"),
        .remove_children = make("remove_children"),
        .detach_child = make("detach_child"),
        .release_deduplication = make("release_deduplication"),
        .get_state = make("get_state"),
        .get_result = make("get_result"),
        .add_log = make("add_log"),
        .update_progress = make("update_progress"),
        .update_data = make("update_data"),
        .change_priority = make("change_priority"),
        .change_delay = make("change_delay"),
        .drain_jobs = make("drain_jobs"),
        .clean_jobs = make("clean_jobs"),
        .obliterate = make("obliterate"),
        .retry_jobs = make("retry_jobs"),
        .upsert_scheduler = make("upsert_scheduler"),
        .schedule_next_run = make("schedule_next_run"),
        .remove_scheduler = make("remove_scheduler"),
        .promote_jobs = make("promote_jobs"),
    };
    return all;
}

std::string_view describe_code(std::int64_t code) {
    switch (code) {
        case -1:
            return "the job is gone";
        case -2:
            return "its lock is gone";
        case -3:
            return "it is not in the expected state";
        case -4:
            return "it has children that are not finished";
        case -5:
            return "its parent is gone";
        case -6:
            return "another worker holds its lock";
        case -7:
            return "it belongs to another parent";
        case -8:
            return "it is the current run of a scheduler";
        case -9:
            return "it has failed children";
        default:
            return "unexpected result";
    }
}

}  // namespace tripos::queue::detail
