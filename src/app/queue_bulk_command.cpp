// SPDX-License-Identifier: MIT
#include "app/queue_bulk_command.hpp"

#include <boost/json/value.hpp>
#include <iostream>

#include "app/complaint.hpp"
#include "app/control_values.hpp"
#include "app/progress_bar.hpp"
#include "app/start_failure.hpp"
#include "core/text.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

/// What was done of what was confirmed.
struct BulkDone {
    std::int64_t done = 0;
    std::int64_t skipped = 0;
    std::int64_t left = 0;
};

json::object filter_of(const QueueArguments& arguments) {
    return typed({{"queue", arguments.queue},
                  {"act", arguments.action},
                  {"state", arguments.state},
                  {"name", arguments.name},
                  {"reason", arguments.reason},
                  {"asOf", arguments.as_of}});
}

SessionAnswer ask_bulk(ControlSession& session, const QueueArguments& arguments,
                       std::optional<std::int64_t> confirm) {
    auto body = filter_of(arguments);
    if (confirm) {
        body["confirm"] = std::to_string(*confirm);
    }
    return session.ask("/control/queue/bulk", body);
}

/// What was refused, in the server's words.
int refused(const SessionAnswer& answer) {
    complain(member_text(answer.members, "message"));
    return code(ExitCode::failure);
}

int print_count(const json::object& counted_jobs, bool as_json) {
    if (as_json) {
        std::cout << http::json_text(json::object{{"count", counted_jobs.at("count")},
                                                  {"complete", counted_jobs.at("complete")},
                                                  {"asOf", counted_jobs.at("asOf")}})
                  << '\n';
        return code(ExitCode::ok);
    }
    const auto count = member_text(counted_jobs, "count");
    const auto as_of = member_text(counted_jobs, "asOf");
    std::cout << counted(parse_int(count).value_or(0), "job") << " as of " << as_of << ".\n"
              << (counted_jobs.at("complete").as_bool()
                      ? ""
                      : "There are more: these are the oldest.\n");
    if (count != "0") {
        std::cout << "Nothing is done yet. The same command with `--confirm " << count
                  << " --as-of " << as_of << "` does it to those jobs and no others.\n";
    }
    return code(ExitCode::ok);
}

void print_done(const BulkDone& all, bool as_json) {
    const json::object told{{"done", all.done}, {"skipped", all.skipped}, {"left", all.left}};
    std::cout << (as_json ? http::json_text(told)
                          : counted(all.done, "job") + " done, " + std::to_string(all.skipped) +
                                " skipped, " + std::to_string(all.left) + " left.")
              << '\n';
}

}  // namespace

bool is_bulk(const QueueArguments& arguments) {
    const auto& action = arguments.action;
    return (action == "retry" || action == "promote" || action == "remove") &&
           arguments.id.empty() && !arguments.all;
}

int run_queue_bulk(const QueueArguments& arguments, bool as_json, ControlSession& session) {
    if (!arguments.confirm) {
        const auto answer = ask_bulk(session, arguments, std::nullopt);
        return answer.members.contains("asOf") ? print_count(answer.members, as_json)
                                               : refused(answer);
    }
    BulkDone all{.left = *arguments.confirm};
    ProgressBar bar(all.left);
    // No more than were counted: a filter may mean more than the count names.
    for (std::int64_t done = 1;
         all.left > 0 && done > 0 && all.done + all.skipped < *arguments.confirm;) {
        bar.show(all.done + all.skipped);
        const auto answer = ask_bulk(session, arguments, all.left);
        if (answer.status >= 300) {
            bar.finish();
            if (all.done + all.skipped > 0) {
                print_done(all, as_json);
            }
            return refused(answer);
        }
        done = answer.members.at("done").to_number<std::int64_t>();
        all.done += done;
        all.skipped += answer.members.at("skipped").to_number<std::int64_t>();
        all.left = answer.members.at("left").to_number<std::int64_t>();
    }
    bar.finish();
    print_done(all, as_json);
    return code(ExitCode::ok);
}

}  // namespace tripos::app
