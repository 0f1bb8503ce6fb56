// SPDX-License-Identifier: MIT
#include "app/command_line.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

#include "app/command_groups.hpp"
#include "app/text_table.hpp"

namespace tripos::app {

namespace {

/// Flags that are settings under another name; --set reaches all others.
struct SettingFlags {
    std::string port;
    std::string host;
    std::string data_dir;
    std::vector<std::string> assignments;

    void add_to(CLI::App& program) {
        program.add_option("--data-dir", data_dir, "Data folder (DATA_DIR)");
        program.add_option("--set", assignments, "Any setting: KEY=VALUE, repeatable");
    }

    settings::Values values() const {
        settings::Values values;
        for (const auto& assignment : assignments) {
            const auto equals = assignment.find('=');
            values[assignment.substr(0, equals)] =
                equals == std::string::npos ? std::string() : assignment.substr(equals + 1);
        }
        const std::pair<const char*, const std::string*> own[] = {
            {"PORT", &port}, {"HOST", &host}, {"DATA_DIR", &data_dir}};
        for (const auto& [key, value] : own) {
            if (!value->empty()) {
                values[key] = *value;
            }
        }
        return values;
    }
};

/// Help of a command names the options of the program as well.
class HelpOfAll : public CLI::Formatter {
  public:
    std::string make_footer(const CLI::App* app) const override {
        const auto* root = app;
        while (root->get_parent() != nullptr) {
            root = root->get_parent();
        }
        return app == root ? std::string()
                           : make_group("Options of every command", false,
                                        root->get_options([root](const CLI::Option* option) {
                                            return option != root->get_help_ptr() &&
                                                   option != root->get_version_ptr();
                                        }));
    }
};

/// A word that is no command is said to be that, rather than that a command is missing; where one
/// is missing, those there are get listed.
int exit_with(const CLI::App& program, const CLI::ParseError& outcome) {
    if (dynamic_cast<const CLI::RequiredError*>(&outcome) == nullptr) {
        return program.exit(outcome) == 0 ? 0 : 64;
    }
    const auto unknown = program.remaining(true);
    const auto* last = &program;
    while (!last->get_subcommands().empty()) {
        last = last->get_subcommands().front();
    }
    if (!unknown.empty()) {
        std::cerr << "unknown: " << terminal_text(unknown.front())
                  << "\nRun with --help for more information.\n";
    } else if (last->get_require_subcommand_min() > 0) {
        std::cerr << "A command is missing\n\n" << program.help();
    } else {
        program.exit(outcome);
    }
    return 64;
}

}  // namespace

Role CommandLine::role() const {
    return command == Command::worker  ? Role::worker
           : command != Command::serve ? Role::command
           : no_workers                ? Role::server
                                       : Role::site;
}

std::optional<CommandLine> parse_command_line(int argc, char** argv, int& exit_code) {
    CommandLine line;
    SettingFlags flags;
    CLI::App program("Tripos, an online-examination server", "tripos");
    program.set_version_flag("--version", "tripos " TRIPOS_VERSION);
    program.require_subcommand(1);
    program.fallthrough();
    program.formatter(std::make_shared<HelpOfAll>());
    flags.add_to(program);
    program.add_flag("--json", line.json, "Print results as JSON");

    auto* serve =
        program.add_subcommand("serve", "Serve the API and the pages, send mails, keep deadlines");
    serve->add_flag("--demo", line.demo,
                    "Fill an empty database with demo data and print its log-ins");
    serve->add_flag("--no-workers", line.no_workers,
                    "Answer requests, and leave mails, deadlines and chores to `tripos worker`");
    auto* worker = program.add_subcommand(
        "worker", "Send mails, keep deadlines, do chores, beside servers of the same site");
    for (auto* listener : {serve, worker}) {
        listener->add_option("--port", flags.port, "TCP port (PORT)");
        listener->add_option("--host", flags.host, "Address to listen on (HOST)");
    }

    add_user_commands(program, line.user);

    add_backup_commands(program, line.backup);
    add_restore_commands(program, line.restore);

    auto* seed = program.add_subcommand("seed", "Add candidates and a live exam, for load tests");
    seed->add_option("--candidates", line.seed.candidates, "Candidates, each logged in")
        ->check(CLI::Range(1, 100'000));
    seed->add_option("--questions", line.seed.questions, "Questions of the exam")
        ->check(CLI::Range(1, 500));
    seed->add_option("--answers", line.seed.answers, "Saved answers per candidate")
        ->check(CLI::Range(0, 500));
    seed->add_option("--tokens", line.seed.tokens_file,
                     "Write bearer tokens and ids to this file as JSON");

    add_queue_commands(program, line.queue);
    add_cache_commands(program, line.cache);
    add_mail_commands(program, line.mail);
    add_alerts_commands(program, line.alerts);

    auto* audit = program.add_subcommand("audit", "The trail of audit")->require_subcommand(1);
    audit->add_subcommand("verify", "Look whether every entry is as it was written");

    auto* clock =
        program.add_subcommand("clock", "The time by which exams go")->require_subcommand(1);
    clock->add_subcommand("show", "Site time, and whether the clock has jumped since");
    clock->add_subcommand("accept", "Let exams, sessions and codes go by what the clock shows now")
        ->callback([&line] { line.accept_clock = true; });

    auto* config = program.add_subcommand(
        "config", "Print the settings in effect, without secrets, and where each came from");
    config
        ->add_option("--reference", line.config.reference, "Print the list of all settings instead")
        ->check(CLI::IsMember({"markdown", "dotenv"}));

    add_doctor_command(program, line.doctor);
    add_loadtest_command(program, line.loadtest);

    auto* engines = program.add_subcommand(
        "engines", "Redis, the database with its slowest statements, and response times");
    auto* migrate =
        program.add_subcommand("migrate", "What a start of this program would do to the database");
    migrate->add_flag("--plan")
        ->description("List the steps and apply none: a start applies them")
        ->required();
    auto* healthcheck = program.add_subcommand(
        "healthcheck", "Ask the server or worker on PORT whether it is ready: 0 it is, 1 not");
    auto* boards = program.add_subcommand("boards", "Write the boards for Grafana into a folder");
    boards->add_option("folder", line.boards_path, "Where they go; it is made")->required();

    try {
        program.parse(argc, argv);
    } catch (const CLI::ParseError& outcome) {  // help and version come this way too
        exit_code = exit_with(program, outcome);
        return std::nullopt;
    }
    line.command = !line.user.action.empty()     ? Command::user
                   : *worker                     ? Command::worker
                   : line.backup.is_wanted       ? Command::backup
                   : line.restore.is_wanted      ? Command::restore
                   : *boards                     ? Command::boards
                   : *engines                    ? Command::engines
                   : *migrate                    ? Command::migrate
                   : *healthcheck                ? Command::healthcheck
                   : line.doctor.is_wanted       ? Command::doctor
                   : line.loadtest.word          ? Command::loadtest
                   : *audit                      ? Command::audit
                   : *clock                      ? Command::clock
                   : *seed                       ? Command::seed
                   : *config                     ? Command::config
                   : !line.queue.action.empty()  ? Command::queue
                   : !line.cache.action.empty()  ? Command::cache
                   : !line.mail.action.empty()   ? Command::mail
                   : !line.alerts.action.empty() ? Command::alerts
                                                 : Command::serve;
    line.settings = flags.values();
    return line;
}

}  // namespace tripos::app
