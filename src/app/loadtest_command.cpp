// SPDX-License-Identifier: MIT
#include "app/loadtest_command.hpp"

#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <thread>

#include "app/complaint.hpp"
#include "app/control_client.hpp"
#include "app/descriptor_limit.hpp"
#include "app/signals.hpp"
#include "app/start_failure.hpp"
#include "core/error.hpp"
#include "loadtest/exam_day.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

constexpr std::chrono::milliseconds kSignalLook{100};

loadtest::DayOptions day_options(LoadtestArguments arguments) {
    if (arguments.quick) {
        arguments.candidates = 100;
        arguments.questions = 10;
        arguments.minutes = 8;
        arguments.compress = 20;
    }
    // Only thinking is compressed: who comes late, and who wants the result, comes at the pace of
    // life.
    loadtest::PlanParams plan{.candidates = arguments.candidates,
                              .questions = arguments.questions,
                              .lobby = arguments.quick ? 3.0 : 10.0,
                              .window = arguments.minutes * 60 / arguments.compress,
                              .herd = arguments.herd,
                              .tail = arguments.quick ? 3.0 : 60.0,
                              .results = arguments.quick ? 3.0 : 60.0,
                              .burst_pause = std::max(0.05, 6 / arguments.compress),
                              .seed = arguments.seed};
    // Whole seconds, as exams have them.
    plan.window = std::ceil(std::max(plan.window, plan.herd + plan.tail + 10));
    return {.plan = plan,
            .tries = arguments.tries,
            .kill_every = arguments.kill_every,
            .redis_outage = arguments.redis_outage,
            .network = loadtest::parse_network(arguments.network).value_or(loadtest::Network())};
}

/// What is wrong with a site of others as a target; empty: nothing.
std::string target_refusal(const LoadtestArguments& arguments) {
    if (arguments.target.empty()) {
        return {};
    }
    const auto address = loadtest::parse_address(arguments.target);
    if (!address) {
        return "--target must be http://HOST:PORT";
    }
    if (!loadtest::is_loopback(address->host) && arguments.confirmed_host != address->host) {
        return "this sends the load of an exam day to " + address->host +
               ", which is not this machine: if that is meant, name it once more, --i-mean " +
               address->host;
    }
    if (arguments.subject_file.empty()) {
        return "--subject FILE is missing: what `tripos seed --opens-in 60 --lasts 180 --tokens "
               "FILE` wrote there";
    }
    if (arguments.kill_every > 0 || arguments.redis_outage) {
        return "only a site of its own is killed";
    }
    return {};
}

loadtest::Subject seed_candidates(const loadtest::OwnSite& site,
                                  const loadtest::DayOptions& options) {
    json::object wanted;
    wanted["candidates"] = options.plan.candidates;
    wanted["questions"] = options.plan.questions;
    wanted["answers"] = 0;
    // A second for what lies between the making of the exam and the first request.
    wanted["opensIn"] = static_cast<std::int64_t>(options.plan.lobby) + 1;
    wanted["lasts"] = static_cast<std::int64_t>(options.plan.window);
    const auto answer =
        post_to_server(site.control_socket(), "/control/seed", json::serialize(wanted));
    if (!answer || answer->status != 200) {
        throw SystemError("load test",
                          "the candidates: " + (answer ? answer->body : "no server answers"));
    }
    return loadtest::parse_subject(answer->body);
}

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

std::string text_of(const std::string& path) {
    std::ifstream file(path);
    if (!file) {
        throw SystemError("load test", path + " cannot be read");
    }
    return {std::istreambuf_iterator<char>(file), {}};
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

loadtest::DayOutcome hold_at_own_site(const loadtest::DayOptions& options,
                                      const settings::Values& settings,
                                      const loadtest::Progress& progress) {
    progress("A site of its own starts.");
    loadtest::OwnSite site({settings.begin(), settings.end()});
    const Interruption interruption(site);
    progress("The candidates are made.");
    const auto subject = seed_candidates(site, options);
    return loadtest::hold_exam_day(site.address(), subject, options, &site, progress);
}

loadtest::DayOutcome hold_at_target(const LoadtestArguments& arguments,
                                    loadtest::DayOptions options,
                                    const loadtest::Progress& progress) {
    const auto subject = loadtest::parse_subject(text_of(arguments.subject_file));
    options.plan.candidates = static_cast<std::uint32_t>(subject.tokens.size());
    options.plan.questions = static_cast<std::uint32_t>(subject.right.size());
    options.plan.window = static_cast<double>(subject.ends_at - subject.opens_at) / 1e3;
    auto& plan = options.plan;
    plan.tail = std::clamp(plan.window - plan.herd - 10, 1.0, plan.tail);
    return loadtest::hold_exam_day(*loadtest::parse_address(arguments.target), subject, options,
                                   nullptr, progress);
}

}  // namespace

int run_loadtest_command(const LoadtestArguments& arguments, bool as_json,
                         const settings::Values& settings) {
    const bool has_network = !arguments.network.empty();
    const auto refusal = has_network && !loadtest::parse_network(arguments.network)
                             ? "--network takes a round trip and what is lost of it, as 40ms,1%"
                             : target_refusal(arguments);
    if (!refusal.empty()) {
        complain(refusal);
        return code(ExitCode::usage);
    }
    std::optional<loadtest::Earlier> earlier;
    if (!arguments.beside_file.empty()) {
        earlier = loadtest::parse_earlier(text_of(arguments.beside_file));
    }
    raise_descriptor_limit();
    if (!arguments.target.empty()) {
        let_stop_signals_end();
    }
    const loadtest::Progress progress = [](const std::string& line) {
        std::cerr << line << std::endl;
    };
    const auto options = day_options(arguments);
    const auto outcome = arguments.target.empty() ? hold_at_own_site(options, settings, progress)
                                                  : hold_at_target(arguments, options, progress);
    const auto found = loadtest::to_json(outcome.report);
    write_report(arguments.json_file, found + '\n');
    write_report(arguments.html_file,
                 loadtest::to_html(outcome.report, earlier ? &*earlier : nullptr));
    write_report(arguments.journal_file, loadtest::to_csv(outcome.journal));
    std::cout << (as_json ? found + '\n' : loadtest::to_lines(outcome.report));
    return static_cast<int>(outcome.report.verdict);
}

}  // namespace tripos::app
