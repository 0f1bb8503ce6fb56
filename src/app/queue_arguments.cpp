// SPDX-License-Identifier: MIT
#include "app/queue_arguments.hpp"

#include <CLI/CLI.hpp>

namespace tripos::app {

namespace {

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

}  // namespace tripos::app
