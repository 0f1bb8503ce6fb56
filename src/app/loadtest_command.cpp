// SPDX-License-Identifier: MIT
#include "app/loadtest_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <memory>
#include <optional>
#include <thread>

#include "app/complaint.hpp"
#include "app/control_client.hpp"
#include "app/descriptor_limit.hpp"
#include "app/loadtest_steps.hpp"
#include "app/signals.hpp"
#include "app/start_failure.hpp"
#include "core/clock.hpp"
#include "core/error.hpp"
#include "loadtest/exam_day.hpp"
#include "sql/database_address.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kSignalLook{100};

void write_report(const std::string& path, const std::string& text) {
    if (path.empty()) {
        return;
    }
    std::ofstream file(path);
    file << text;
    if (!file.flush()) {
        throw SystemError("load test", path + " cannot be written");
    }
}

/// Before the day: a report that has nowhere to go is noticed when nothing is lost by it.
void check_writable(const std::string& path) {
    std::error_code ignored;
    const bool was_there = path.empty() || std::filesystem::exists(path, ignored);
    if (!path.empty() && !std::ofstream(path, std::ios::app)) {
        throw SystemError("load test", path + " cannot be written");
    }
    if (!was_there) {
        std::filesystem::remove(path, ignored);
    }
}

/// Adds to the file, from the first call on; empty for no file.
std::function<void(const std::vector<loadtest::JournalEntry>&)> journal_in(
    const std::string& path) {
    if (path.empty()) {
        return {};
    }
    return [path, file = std::make_shared<std::ofstream>()](const auto& entries) {
        if (!file->is_open()) {
            file->open(path);
            *file << loadtest::journal_head();
        }
        *file << loadtest::to_csv(entries);
        if (!file->flush()) {
            throw SystemError("load test", path + " cannot be written");
        }
    };
}

loadtest::DayOptions day_options(const LoadtestArguments& arguments) {
    return {.plan = plan_of(arguments),
            .tries = arguments.tries,
            .kill_every = arguments.kill_every,
            .redis_outage = arguments.redis_outage,
            .network = loadtest::parse_network(arguments.network).value_or(loadtest::Network()),
            .keep_journal = journal_in(arguments.journal_file)};
}

loadtest::Subject seed_candidates(const loadtest::OwnSite& site, const loadtest::PlanParams& plan) {
    // A second for what lies between the making of the exam and the first request.
    const auto wanted = seed_of(plan, static_cast<std::int64_t>(std::ceil(plan.lobby)) + 1);
    const auto answer =
        post_to_server(site.control_socket(), "/control/seed", json::serialize(wanted));
    if (!answer || answer->status != 200) {
        throw SystemError("load test",
                          "the candidates: " + (answer ? answer->body : "no server answers"));
    }
    return loadtest::parse_subject(answer->body);
}

/// While it lives, a signal to stop ends this process and leaves nothing behind.
class Interruption {
  public:
    explicit Interruption(loadtest::OwnSite& site)
        : thread_([&site](const std::stop_token& is_over) {
              while (!is_over.stop_requested()) {
                  if (stop_signal_within(kSignalLook)) {
                      site.abandon();
                      ::_exit(kInterrupted);
                  }
              }
          }) {}

  private:
    std::jthread thread_;
};

loadtest::Report hold_at_own_site(const loadtest::DayOptions& options,
                                  const settings::Values& settings,
                                  const loadtest::Progress& progress) {
    progress("A site of its own starts.");
    loadtest::OwnSite site({settings.begin(), settings.end()});
    const Interruption interruption(site);
    progress("The candidates are made.");
    const auto subject = seed_candidates(site, options.plan);
    return loadtest::hold_exam_day(site.address(), subject, options, &site, progress);
}

loadtest::Report hold_at_target(const LoadtestArguments& arguments,
                                const loadtest::Progress& progress) {
    auto subject = loadtest::parse_subject(text_of(arguments.subject_file));
    auto options = day_options(arguments);
    options.plan = subject.plan;
    options.plan.herd = arguments.herd;
    options.plan.seed = arguments.seed;
    options.plan.tail =
        std::clamp(options.plan.window - arguments.herd - 10, 1.0, subject.plan.tail);
    if (options.plan.window < options.plan.herd + 11) {
        throw SystemError("load test", "the exam is too short for that --herd");
    }
    const auto begin = subject.opens_at - std::llround(subject.plan.lobby * 1e3);
    if (const auto late = to_millis(SystemClock().now()) - begin; late > 1'000) {
        throw SystemError("load test", "its day began " + std::to_string(late / 1'000) +
                                           " s ago: prepare another, with a longer --opens-in");
    }
    return loadtest::hold_exam_day(*loadtest::parse_address(arguments.target), subject, options,
                                   nullptr, progress);
}

int hold_day(const LoadtestArguments& arguments, bool as_json, const settings::Values& settings) {
    std::optional<loadtest::Earlier> earlier;
    if (!arguments.beside_file.empty()) {
        earlier = loadtest::parse_earlier(text_of(arguments.beside_file));
    }
    const loadtest::Progress progress = [](const std::string& line) {
        std::cerr << line << std::endl;
    };
    for (const auto& path : {arguments.json_file, arguments.html_file, arguments.journal_file}) {
        check_writable(path);
    }
    const auto report = arguments.word == LoadtestWord::run
                            ? hold_at_target(arguments, progress)
                            : hold_at_own_site(day_options(arguments), settings, progress);
    const auto found = loadtest::to_json(report);
    std::cout << (as_json ? found + '\n' : loadtest::to_lines(report)) << std::flush;
    write_report(arguments.json_file, found + '\n');
    write_report(arguments.html_file, loadtest::to_html(report, earlier ? &*earlier : nullptr));
    return static_cast<int>(report.verdict);
}

/// Of what was given to its own site with --set; empty: nothing is wrong.
std::string refusal(const settings::Values& settings) {
    for (const auto* name : {"HOST", "PORT", "DATA_DIR", "REDIS_URL", "SMTP_URL"}) {
        if (settings.contains(name)) {
            return std::string(name) +
                   " is chosen by the load test for the site it starts; for "
                   "another site there are prepare and run";
        }
    }
    const auto database = settings.find("DATABASE_URL");
    if (database != settings.end() && sql::is_migrated({.url = database->second})) {
        return "DATABASE_URL has a site in it already, and a load test fills one of its own: name "
               "an empty database";
    }
    return {};
}

/// Of what was typed; empty: nothing is wrong.
std::string refusal(const LoadtestArguments& arguments) {
    if (!arguments.network.empty() && !loadtest::parse_network(arguments.network)) {
        return "--network takes a round trip and what is lost of it, as 40ms,1%";
    }
    const bool has_log_ins = arguments.logins == "real";
    if (has_log_ins && arguments.lobby && *arguments.lobby <= loadtest::kLogIn) {
        return "--lobby must be more than 5 seconds with --logins real";
    }
    if (arguments.word != LoadtestWord::day &&
        (arguments.kill_every > 0 || arguments.redis_outage)) {
        return "only a site of its own is killed";
    }
    return arguments.target.empty() ? "" : target_refusal(arguments);
}

int run_word(const LoadtestArguments& arguments, bool as_json, const settings::Values& settings,
             const Config& config) {
    switch (arguments.word.value_or(LoadtestWord::day)) {
        case LoadtestWord::prepare:
            return prepare_load(arguments, as_json, config);
        case LoadtestWord::verify:
            let_stop_signals_end();
            return verify_load(arguments, as_json);
        case LoadtestWord::clean:
            return clean_load(arguments, as_json, config);
        case LoadtestWord::run:
            let_stop_signals_end();
            break;
        case LoadtestWord::day:
            break;
    }
    return hold_day(arguments, as_json, settings);
}

}  // namespace

int run_loadtest_command(const LoadtestArguments& arguments, bool as_json,
                         const settings::Values& settings, const Config& config) {
    raise_descriptor_limit();
    try {
        auto wrong = refusal(arguments);
        if (wrong.empty() && arguments.word == LoadtestWord::day) {
            wrong = refusal(settings);
        }
        if (!wrong.empty()) {
            complain(wrong);
            return code(ExitCode::usage);
        }
        return run_word(arguments, as_json, settings, config);
    } catch (const SystemError& failure) {  // 1 is a row that was missed
        throw StartFailure(ExitCode::try_later, failure.what());
    }
}

}  // namespace tripos::app
