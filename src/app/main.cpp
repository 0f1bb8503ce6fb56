// SPDX-License-Identifier: MIT
// tripos: reads the command line and the settings, runs the command, turns what went wrong into one
// line and an exit code.

#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>

#include "app/command_line.hpp"
#include "app/commands.hpp"
#include "app/complaint.hpp"
#include "app/config.hpp"
#include "app/process_privacy.hpp"
#include "app/signals.hpp"
#include "app/start_failure.hpp"
#include "doctor/look.hpp"
#include "telemetry/log.hpp"

namespace {

using namespace tripos;  // NOLINT(google-build-using-namespace): the one file that only wires

void configure_log(const app::Config& config) {
    const auto& word = config.log_level;
    const auto level = word == "debug"   ? log::Level::debug
                       : word == "warn"  ? log::Level::warn
                       : word == "error" ? log::Level::error
                       : word == "off"   ? log::Level::off
                                         : log::Level::info;
    log::configure(level, config.log_format == "json" ? log::Format::json : log::Format::text);
}

int run(const app::CommandLine& line) {
    auto loaded = app::load_config(line.settings, line.role());
    configure_log(loaded.config);
    // Also before a refusal: a misspelt setting is often why another one is missing.
    for (const auto& warning : loaded.warnings) {
        log::warn("settings", warning);
    }
    for (const auto& problem : loaded.problems) {
        app::complain(problem.field + ' ' + problem.message);
    }
    if (!loaded.problems.empty() && line.command != app::Command::config) {
        return code(app::ExitCode::bad_settings);
    }
    return app::run_command(line, std::move(loaded));
}

/// Nobody waits for a look that hangs, nor ends what it uses.
int leave(int exit_code) {
    if (doctor::left_behind() > 0) {
        std::cout.flush();
        std::_Exit(exit_code);
    }
    return exit_code;
}

}  // namespace

int main(int argc, char** argv) {
    app::block_stop_signals();
    app::keep_files_private();
    int exit_code = 0;
    const auto line = app::parse_command_line(argc, argv, exit_code);
    if (!line) {
        return exit_code;
    }
    try {
        return leave(run(*line));
    } catch (const app::StartFailure& failure) {
        app::complain(failure.what());
        return code(failure.code());
    } catch (const std::exception& failure) {
        app::complain(failure.what());
        return code(app::ExitCode::failure);
    }
}
