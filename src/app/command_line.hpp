// SPDX-License-Identifier: MIT
#pragma once
// CommandLine: what was typed, parsed. Settings given as flags override the environment.

#include <cstdint>
#include <optional>
#include <string>

#include "app/alerts_command.hpp"
#include "app/backup_command.hpp"
#include "app/cache_command.hpp"
#include "app/config_command.hpp"
#include "app/doctor_command.hpp"
#include "app/loadtest_command.hpp"
#include "app/mail_command.hpp"
#include "app/queue_command.hpp"
#include "app/restore_command.hpp"
#include "app/role.hpp"
#include "app/user_command.hpp"
#include "settings/settings.hpp"

namespace tripos::app {

enum class Command {
    serve,
    worker,
    user,
    backup,
    restore,
    seed,
    queue,
    cache,
    mail,
    alerts,
    audit,
    clock,
    config,
    doctor,
    boards,
    engines,
    migrate,
    healthcheck,
    loadtest
};

struct SeedArguments {
    std::int64_t candidates = 100;
    std::int64_t questions = 40;
    std::int64_t answers = 0;  ///< saved per candidate in the live exam
    std::string tokens_file;   ///< where bearer tokens and ids go, as JSON; empty: nowhere
};

struct CommandLine {
    Command command = Command::serve;
    settings::Values settings;  ///< from flags
    bool demo = false;          ///< serve: fill an empty database with demo data
    bool no_workers = false;    ///< serve: leave to workers what goes on without requests
    bool json = false;          ///< print results for programs
    BackupArguments backup;
    RestoreArguments restore;
    UserArguments user;
    SeedArguments seed;
    QueueArguments queue;
    CacheArguments cache;
    MailArguments mail;
    AlertsArguments alerts;
    ConfigArguments config;
    DoctorArguments doctor;
    LoadtestArguments loadtest;
    bool accept_clock = false;
    std::string boards_path;  ///< where the boards for Grafana go

    /// Of the process that runs it.
    Role role() const;
};

/// Parses argv. Nothing: help, the version or an error was printed; leave with `exit_code`.
std::optional<CommandLine> parse_command_line(int argc, char** argv, int& exit_code);

}  // namespace tripos::app
