// SPDX-License-Identifier: MIT
#include "app/commands.hpp"
#include "app/engines_command.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

#include "app/alerts_command.hpp"
#include "app/application.hpp"
#include "app/backup_command.hpp"
#include "app/cache_command.hpp"
#include "app/complaint.hpp"
#include "app/control_session.hpp"
#include "app/control_values.hpp"
#include "app/doctor_command.hpp"
#include "app/healthcheck_command.hpp"
#include "app/loadtest_command.hpp"
#include "app/mail_command.hpp"
#include "app/migrate_command.hpp"
#include "app/queue_command.hpp"
#include "app/restore_command.hpp"
#include "app/start_failure.hpp"
#include "app/text_table.hpp"
#include "app/user_command.hpp"
#include "core/text.hpp"
#include "http/json_text.hpp"
#include "operations/boards.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

int verify_audit(const CommandLine& line, const Config& config) {
    const auto verdict = ControlSession(config).succeed("/control/audit/verify", {});
    if (!verdict) {
        return code(ExitCode::failure);
    }
    const auto problem = std::string(verdict->at("problem").as_string());
    const auto count = [&verdict](const char* name) {
        return verdict->at(name).to_number<std::int64_t>();
    };
    if (line.json) {
        std::cout << http::json_text(*verdict) << '\n';
    } else {
        std::cout << count("sealed") << " entries are as written, the last with the seal "
                  << member_text(*verdict, "seal") << "; " << count("unsealed")
                  << " not sealed yet.\n"
                  << (problem.empty() ? "" : "Tampered with: " + problem + ".\n");
    }
    return code(problem.empty() ? ExitCode::ok : ExitCode::failure);
}

int clock(const CommandLine& line, const Config& config) {
    const auto answer =
        ControlSession(config).succeed("/control/clock", {{"accept", line.accept_clock}});
    return print_answer(answer, line.json, [&] {
        const auto held_back = answer->at("heldBackMillis").to_number<std::int64_t>();
        const auto text = "Site time is " + member_text(*answer, "siteTime") + ".\n";
        return held_back == 0 ? text
                              : text + "The clock jumped: it shows " + std::to_string(held_back) +
                                    " ms more. When that is right, `tripos clock accept` makes it "
                                    "count; when it is not, set it back.\n";
    });
}

int write_boards(const std::filesystem::path& folder) {
    std::error_code failure;
    std::filesystem::create_directories(folder, failure);
    for (const auto& board : operations::boards()) {
        const auto path = folder / (std::string(board.name) + ".json");
        std::ofstream file(path);
        file << operations::to_json(board) << '\n';
        if (!file.flush()) {
            complain(path.string() + " cannot be written");
            return code(ExitCode::failure);
        }
    }
    return code(ExitCode::ok);
}

int seed(const CommandLine& line, const Config& config) {
    json::object body;
    body["candidates"] = line.seed.candidates;
    body["questions"] = line.seed.questions;
    body["answers"] = line.seed.answers;
    const auto members = ControlSession(config).succeed("/control/seed", body);
    if (!members) {
        return code(ExitCode::failure);
    }
    if (!line.seed.tokens_file.empty()) {
        std::ofstream file(line.seed.tokens_file);
        file << http::json_text(*members) << '\n';
        if (!file.flush()) {
            complain(line.seed.tokens_file + " cannot be written");
            return code(ExitCode::failure);
        }
    }
    const auto candidates = static_cast<std::int64_t>(members->at("tokens").as_array().size());
    std::cout << (line.json ? http::json_text(*members)
                            : "Exam " + std::string(members->at("examId").as_string()) + " with " +
                                  counted(candidates, "candidate") + ".")
              << '\n';
    return code(ExitCode::ok);
}

}  // namespace

int run_command(const CommandLine& line, LoadedConfig loaded) {
    auto& config = loaded.config;
    switch (line.command) {
        case Command::serve:
        case Command::worker: {
            Application application(std::move(config), line.role());
            application.run(line.demo);
            return code(ExitCode::ok);
        }
        case Command::user:
            return run_user_command(line.user, line.json, config);
        case Command::backup:
            return run_backup_command(line.backup, line.json, config);
        case Command::restore:
            return run_restore_command(line.restore, line.json, config);
        case Command::audit:
            return verify_audit(line, config);
        case Command::clock:
            return clock(line, config);
        case Command::seed:
            return seed(line, config);
        case Command::config:
            return run_config_command(line.config, line.json, loaded);
        case Command::engines:
            return run_engines_command(line.json, config);
        case Command::migrate:
            return run_migrate_command(line.json, config);
        case Command::healthcheck:
            return run_healthcheck_command(line.json, config);
        case Command::cache:
            return run_cache_command(line.cache, line.json, config);
        case Command::queue:
            return run_queue_command(line.queue, line.json, config);
        case Command::doctor:
            return run_doctor_command(line.doctor, line.json, loaded);
        case Command::alerts:
            return run_alerts_command(line.alerts, line.json, config);
        case Command::boards:
            return write_boards(line.boards_path);
        case Command::loadtest:
            return run_loadtest_command(line.loadtest, line.json, line.settings, config);
        case Command::mail:
            return run_mail_command(line.mail, line.json, config);
    }
    return code(ExitCode::usage);
}

}  // namespace tripos::app
