// SPDX-License-Identifier: MIT
#include "app/queue_command.hpp"

#include <unistd.h>

#include <future>
#include <iostream>
#include <iterator>

#include "app/control_session.hpp"
#include "app/control_values.hpp"
#include "app/progress_bar.hpp"
#include "app/queue_bulk_command.hpp"
#include "app/queue_tables.hpp"
#include "app/signals.hpp"
#include "app/start_failure.hpp"
#include "core/text.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

using Answer = std::optional<json::object>;
using std::chrono::milliseconds;

constexpr milliseconds kPollInterval{200};
constexpr std::int64_t kEventsPerAnswer = 1'000;

std::string data_of(const QueueArguments& arguments) {
    if (arguments.data != "-") {
        return arguments.data;
    }
    return {std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>()};
}

/// Everything that was typed, under the names of the routes.
json::object body_of(const QueueArguments& arguments) {
    const auto data = data_of(arguments);
    const auto confirm = arguments.confirm ? std::to_string(*arguments.confirm) : std::string();
    auto body = typed(
        {{"queue", arguments.queue},
         {"id", arguments.id},
         {"name", arguments.name},
         {"state", arguments.state},
         {"order", arguments.order},
         {"confirm", confirm},
         {"data", data}},
        {{"page", arguments.page},
         {"limit", arguments.limit},
         {"priority", arguments.priority},
         {"delay", arguments.delay},
         {"attempts", arguments.attempts},
         {"olderThan", arguments.older_than},
         {"minutes", arguments.minutes}},
        {{"lifo", arguments.lifo}, {"delayed", arguments.delayed}, {"force", arguments.force}});
    if (arguments.action == "retry" && arguments.all && arguments.state.empty()) {
        body["state"] = "failed";
    }
    if (arguments.jobs == kDefaultWord) {
        body["concurrency"] = nullptr;
    } else if (!arguments.jobs.empty()) {
        body["concurrency"] = parse_int(arguments.jobs).value();
    }
    return body;
}

std::string path_of(const QueueArguments& arguments) {
    return "/control/queue/" + (arguments.history ? "history" : arguments.action);
}

/// The states whose jobs a long command takes away; none: the command is short.
std::vector<std::string> emptied_states(const QueueArguments& arguments) {
    const auto& action = arguments.action;
    if (action == "drain") {
        return arguments.delayed ? std::vector<std::string>{"waiting", "prioritized", "delayed"}
                                 : std::vector<std::string>{"waiting", "prioritized"};
    }
    if (action == "clean") {
        return {arguments.state == "wait" ? "waiting" : arguments.state};
    }
    if (action == "obliterate") {
        return {"active", "waiting",   "prioritized",     "delayed",
                "failed", "completed", "waiting-children"};
    }
    if (arguments.all && action == "retry") {
        return {arguments.state.empty() ? "failed" : arguments.state};
    }
    return arguments.all ? std::vector<std::string>{"delayed"} : std::vector<std::string>{};
}

/// How many jobs are left in these states.
std::int64_t remaining(ControlSession& session, const QueueArguments& arguments,
                       const std::vector<std::string>& states) {
    json::object body;
    body["queue"] = arguments.queue;
    const auto answer = session.ask("/control/queue/stats", body);
    const auto* data = answer.members.if_contains("data");
    if (data == nullptr) {
        return 0;
    }
    std::int64_t sum = 0;
    for (const auto& state : states) {
        if (const auto* count = data->at("counts").as_object().if_contains(state)) {
            sum += count->to_number<std::int64_t>();
        }
    }
    return sum;
}

/// Waits for the answer and meanwhile shows how far it is.
Answer ask_with_progress(ControlSession& session, const QueueArguments& arguments,
                         const std::vector<std::string>& states) {
    const auto total = remaining(session, arguments, states);
    auto pending = std::async(std::launch::async, [&] {
        return session.succeed(path_of(arguments), body_of(arguments));
    });
    ProgressBar bar(total);
    bar.show(0);
    while (pending.wait_for(milliseconds(0)) != std::future_status::ready) {
        if (stop_signal_within(kPollInterval)) {
            _exit(kInterrupted);  // what is done is done; each slice was atomic
        }
        bar.show(total - remaining(session, arguments, states));
    }
    bar.finish();
    return pending.get();
}

void print_events(const json::array& events, bool as_json) {
    for (const auto& event : events) {
        std::cout << (as_json ? http::json_text(event) : event_line(event.as_object())) << '\n';
    }
    std::cout.flush();
}

/// One event per line.
int show_events(ControlSession& session, const QueueArguments& arguments, bool as_json) {
    json::object body;
    body["queue"] = arguments.queue;
    body["count"] = arguments.count.value_or(20);
    std::string last = "0-0";
    for (;;) {
        const auto answer = session.succeed("/control/queue/events", body);
        if (!answer) {
            return code(ExitCode::failure);
        }
        const auto& events = answer->at("data").as_array();
        print_events(events, as_json);
        if (!arguments.follow || !std::cout) {
            return code(ExitCode::ok);
        }
        if (!events.empty()) {
            last = events.back().at("id").as_string();
        }
        if (stop_signal_within(milliseconds(0))) {
            return code(ExitCode::ok);
        }
        body["after"] = last;
        body["count"] = kEventsPerAnswer;
        body["wait"] = true;
    }
}

}  // namespace

int run_queue_command(const QueueArguments& arguments, bool as_json, const Config& config) {
    ControlSession session(config);
    if (arguments.action == "events") {
        return show_events(session, arguments, as_json);
    }
    if (is_bulk(arguments)) {
        return run_queue_bulk(arguments, as_json, session);
    }
    const auto states = emptied_states(arguments);
    const auto answer = states.empty() ? session.succeed(path_of(arguments), body_of(arguments))
                                       : ask_with_progress(session, arguments, states);
    return print_answer(answer, as_json, [&] { return queue_text(arguments, *answer); });
}

}  // namespace tripos::app
