// SPDX-License-Identifier: MIT
#include "app/backup_command.hpp"

#include <boost/json/value_from.hpp>
#include <filesystem>
#include <iostream>

#include "app/backup_folder.hpp"
#include "app/complaint.hpp"
#include "app/control_session.hpp"
#include "app/start_failure.hpp"
#include "core/text.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

int make(const std::string& folder, bool as_json, const Config& config) {
    const json::object body{{"folder", folder}};
    const auto members = ControlSession(config).succeed("/control/backup", body);
    return print_answer(members, as_json, [&] {
        return "Backup complete: " + std::string(members->at("folder").as_string()) + '\n';
    });
}

int verify(const std::string& folder, bool as_json, const Config& config) {
    const auto verdict = verify_backup(
        folder, {.access = config.jwt_access_secret, .email = config.jwt_email_secret});
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
    const auto folder = std::filesystem::absolute(arguments.folder).lexically_normal().string();
    // "copy/" is "copy".
    const auto name =
        folder.size() > 1 && folder.ends_with('/') ? folder.substr(0, folder.size() - 1) : folder;
    return arguments.verifies ? verify(name, as_json, config) : make(name, as_json, config);
}

}  // namespace tripos::app
