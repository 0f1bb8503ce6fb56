// SPDX-License-Identifier: MIT
#include "app/backup_command.hpp"

#include <unistd.h>

#include <boost/json/value_from.hpp>
#include <filesystem>
#include <iostream>

#include "app/backup_archive.hpp"
#include "app/backup_folder.hpp"
#include "app/backup_order.hpp"
#include "app/backup_rounds.hpp"
#include "app/complaint.hpp"
#include "app/control_session.hpp"
#include "app/restore.hpp"
#include "app/start_failure.hpp"
#include "core/text.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

/// A folder that is deleted with this object.
class Passing {
  public:
    explicit Passing(std::string path) : path_(std::move(path)) {}
    ~Passing() {
        std::error_code
            ignored;  // what is left lies in DATA_DIR, under a name that says what it is
        std::filesystem::remove_all(path_, ignored);
    }
    Passing(const Passing&) = delete;
    Passing& operator=(const Passing&) = delete;

    const std::string& path() const { return path_; }

  private:
    const std::string path_;
};

/// "copy/" is "copy".
std::string whole_path(const std::string& name) {
    const auto path = std::filesystem::absolute(name).lexically_normal().string();
    return path.size() > 1 && path.ends_with('/') ? path.substr(0, path.size() - 1) : path;
}

int make(const std::string& folder, bool as_json, const Config& config) {
    const auto made = order_backup(folder, config);
    return print_answer(made.answer, as_json, [&] {
        return "Backup complete: " + std::string(made.answer->at("folder").as_string()) + '\n';
    });
}

/// It is whole before its first byte goes out. It lies in DATA_DIR meanwhile, where the server may
/// write for certain.
int stream(const Config& config) {
    if (isatty(STDOUT_FILENO) == 1) {
        complain("an archive is nothing for a terminal: pipe it on, or into a file");
        return code(ExitCode::usage);
    }
    const Passing folder(whole_path(config.data_dir) + "/backup-stream-" +
                         time_stamp(SystemClock().now()) + "-" + std::to_string(getpid()));
    if (!order_backup(folder.path(), config).answer) {
        return code(ExitCode::failure);
    }
    write_archive(folder.path(), STDOUT_FILENO);
    return code(ExitCode::ok);
}

int verify(const std::string& name, bool as_json, const Config& config) {
    BackupPlace place(name);
    const auto opened = place.open();
    if (!opened) {
        complain(opened.error().message);
        return code(ExitCode::failure);
    }
    const auto folder = name == "-" ? std::string("The stream") : whole_path(name);
    const auto verdict = verify_backup(
        *opened, {.access = config.jwt_access_secret, .email = config.jwt_email_secret});
    if (!verdict) {
        complain(verdict.error().message);
        return code(ExitCode::failure);
    }
    for (const auto& secret : verdict->secrets) {
        complain(secret);
    }
    const auto& manifest = verdict->manifest;
    const auto tables = static_cast<std::int64_t>(manifest.inventory.rows.size());
    if (as_json) {
        std::cout << http::json_text(json::object{{"folder", folder},
                                                  {"program", manifest.program},
                                                  {"madeAt", to_iso8601(manifest.made_at)},
                                                  {"rows", manifest.rows()},
                                                  {"bytes", manifest.bytes()},
                                                  {"notes", json::value_from(verdict->notes)},
                                                  {"secrets", json::value_from(verdict->secrets)}})
                  << '\n';
    } else {
        std::cout << folder << " is whole: made " << to_iso8601(manifest.made_at) << " by tripos "
                  << manifest.program << ", " << counted(manifest.rows(), "row") << " in "
                  << counted(tables, "table") << ", every file as it was.\n";
        for (const auto& note : verdict->notes) {
            std::cout << note << ".\n";
        }
    }
    return code(verdict->secrets.empty() ? ExitCode::ok : ExitCode::failure);
}

}  // namespace

int run_backup_command(const BackupArguments& arguments, bool as_json, const Config& config) {
    if (arguments.verifies) {
        return verify(arguments.folder, as_json, config);
    }
    if (arguments.to_stdout) {
        return stream(config);
    }
    const auto folder = whole_path(arguments.folder);
    if (arguments.every == 0) {
        return make(folder, as_json, config);
    }
    const BackupRounds rounds{.folder = folder,
                              .every = std::chrono::seconds(arguments.every),
                              .keep = *parse_retention(arguments.keep)};
    return run_backup_rounds(rounds, as_json, config);
}

}  // namespace tripos::app
