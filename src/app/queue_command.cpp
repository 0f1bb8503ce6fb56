// SPDX-License-Identifier: MIT
#include "app/queue_command.hpp"

#include <unistd.h>
#include <CLI/CLI.hpp>

#include <future>
#include <iostream>
#include <iterator>

#include "app/control_session.hpp"
#include "app/json_text.hpp"
#include "app/progress_bar.hpp"
#include "app/queue_tables.hpp"
#include "app/signals.hpp"
#include "app/start_failure.hpp"
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
    auto body = typed(
        {{"queue", arguments.queue},
         {"id", arguments.id},
         {"name", arguments.name},
         {"state", arguments.state},
         {"order", arguments.order},
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

constexpr const char* kStates =
    "active, waiting, prioritized, delayed, failed, completed or waiting-children";

/// Adds commands that remember themselves as the action.
class Commands {
  public:
    Commands(CLI::App& queue, QueueArguments& arguments) : queue_(queue), arguments_(arguments) {}

    CLI::App* add(const char* name, const char* about) {
        auto* command = queue_.add_subcommand(name, about);
        command->callback([&arguments = arguments_, name] { arguments.action = name; });
        return command;
    }

    CLI::App* add_for_queue(const char* name, const char* about) {
        auto* command = add(name, about);
        command->add_option("queue", arguments_.queue, "The queue, for example email")->required();
        return command;
    }

    CLI::App* add_for_job(const char* name, const char* about) {
        auto* command = add_for_queue(name, about);
        command->add_option("id", arguments_.id, "The job")->required();
        return command;
    }

    CLI::App* add_for_one_or_all(const char* name, const char* about) {
        auto* command = add_for_queue(name, about);
        auto* which = command->add_option_group("which jobs");
        which->add_option("id", arguments_.id, "The job");
        which->add_flag("--all", arguments_.all, "Every one");
        which->require_option(1);
        return command;
    }

  private:
    CLI::App& queue_;
    QueueArguments& arguments_;
};

void add_reading_commands(Commands& commands, QueueArguments& arguments) {
    commands.add("list", "Every queue with its counts");
    auto* stats = commands.add_for_queue("stats", "The counts of one queue");
    stats->add_flag("--history", arguments.history, "A chart of what ended per minute");
    stats->add_option("--minutes", arguments.minutes, "Of the history, at most 10080 (60)");
    auto* jobs = commands.add_for_queue("jobs", "Jobs, newest first");
    jobs->add_option("--state", arguments.state, kStates);
    jobs->add_option("--order", arguments.order, "desc (newest first) or asc");
    jobs->add_option("--page", arguments.page, "Page, from 1");
    jobs->add_option("--limit", arguments.limit, "Jobs per page, at most 1000 (10)");
    commands.add_for_job("job", "One job with its data, outcome and logs");
    auto* events = commands.add_for_queue("events", "The newest events of a queue");
    events->add_option("--count", arguments.count, "How many, at most 1000 (20)");
    events->add_flag("--follow", arguments.follow, "Go on with those to come, until Ctrl-C");
}

void add_changing_commands(Commands& commands, QueueArguments& arguments) {
    auto* add = commands.add_for_queue("add", "Add a job; the first one makes the queue");
    add->add_option("name", arguments.name, "The job's name")->required();
    add->add_option("--data", arguments.data, "JSON, or - for standard input ({})");
    add->add_option("--id", arguments.id, "An id of your own; adding it twice adds once");
    add->add_option("--priority", arguments.priority, "1 (most urgent) to 2097151; 0: none");
    add->add_option("--delay", arguments.delay, "Milliseconds until it is due");
    add->add_option("--attempts", arguments.attempts, "Tries in all");
    add->add_flag("--lifo", arguments.lifo, "Before those that wait");
    auto* retry = commands.add_for_one_or_all("retry", "Run a finished job again, or all");
    retry->add_option("--state", arguments.state, "With --all: failed or completed (failed)");
    commands.add_for_one_or_all("promote", "Make a delayed job due now, or all");
    commands.add_for_job("remove", "Delete a job that is not being worked on");
    commands.add_for_queue("pause", "Start no more jobs of this queue, on any worker");
    commands.add_for_queue("resume", "Go on");
}

void add_clearing_commands(Commands& commands, QueueArguments& arguments) {
    auto* drain = commands.add_for_queue("drain", "Delete the jobs that wait");
    drain->add_flag("--delayed", arguments.delayed, "And those that are delayed");
    auto* clean = commands.add_for_queue("clean", "Delete jobs of a state, oldest first");
    clean->add_option("--state", arguments.state, kStates)->required();
    clean->add_option("--older-than", arguments.older_than, "Only older ones, seconds (0)");
    clean->add_option("--limit", arguments.limit, "At most so many; 0: all (0)");
    auto* obliterate =
        commands.add_for_queue("obliterate", "Delete the queue: all jobs, settings and events");
    obliterate->add_flag("--yes", arguments.confirmed, "Yes, delete everything")->required();
    obliterate->add_flag("--force", arguments.force, "Although jobs are being worked on");
}

}  // namespace

void add_queue_commands(CLI::App& program, QueueArguments& arguments) {
    auto* queue = program.add_subcommand("queue", "Look into the queues and change them");
    queue->require_subcommand(1);
    Commands commands(*queue, arguments);
    add_reading_commands(commands, arguments);
    add_changing_commands(commands, arguments);
    add_clearing_commands(commands, arguments);
}

int run_queue_command(const QueueArguments& arguments, bool as_json, const Config& config) {
    ControlSession session(config);
    if (arguments.action == "events") {
        return show_events(session, arguments, as_json);
    }
    const auto states = emptied_states(arguments);
    const auto answer = states.empty() ? session.succeed(path_of(arguments), body_of(arguments))
                                       : ask_with_progress(session, arguments, states);
    return print_answer(answer, as_json, [&] { return queue_text(arguments, *answer); });
}

}  // namespace tripos::app
