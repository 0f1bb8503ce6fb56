// SPDX-License-Identifier: MIT
#include "app/restore_postgres.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <optional>

#include "app/data_folder.hpp"
#include "app/restore_hold.hpp"
#include "app/site_migrations.hpp"
#include "core/file.hpp"
#include "core/text.hpp"
#include "sql/postgres_dump.hpp"

namespace tripos::app {

namespace {

/// What this program migrates to: a later schema it cannot serve.
std::map<std::string_view, std::int64_t> own_schema() {
    std::map<std::string_view, std::int64_t> schema;
    for (const auto& step : site_migrations()) {
        schema[step.module] = std::max<std::int64_t>(schema[step.module], step.number);
    }
    return schema;
}

std::optional<Error> newer(const Manifest& manifest) {
    const auto known = own_schema();
    for (const auto& [module, number] : manifest.inventory.schema) {
        const auto own = known.find(module);
        if (own != known.end() && number > own->second) {
            return invalid("newer_backup", "the database is newer than this program (" + module +
                                               " " + std::to_string(number) + "): use tripos " +
                                               manifest.program +
                                               ", which wrote it, or a later one");
        }
    }
    return std::nullopt;
}

/// As root: to whom the folder belongs, who is to read it.
void give_to_owner_of(const std::string& folder, const std::string& path) {
    struct stat owner {};
    const bool is_given =
        ::geteuid() != 0 || (::stat(folder.c_str(), &owner) == 0 &&
                             ::lchown(path.c_str(), owner.st_uid, owner.st_gid) == 0);
    if (!is_given) {
        throw SystemError("restore", path + " cannot be given to its owner");
    }
}

/// Those that no setting names. One that is there already keeps another name.
void place_secrets(const std::string& from, const Manifest& manifest, const Config& config,
                   const std::string& at) {
    for (const auto& [name, configured] : {std::pair(kAccessSecretFile, &config.jwt_access_secret),
                                           std::pair(kEmailSecretFile, &config.jwt_email_secret)}) {
        const auto expected = manifest.files.find(name);
        const auto path = config.data_dir + "/" + name;
        const auto present = digest_file(path);
        if (!configured->empty() || expected == manifest.files.end() ||
            (present && *present == expected->second)) {
            continue;
        }
        if (present) {
            std::filesystem::rename(path, path + ".before-" + at);
        }
        std::filesystem::copy_file(from + "/" + name, path);
        give_to_owner_of(config.data_dir, path);
        sync_to_disk(path);
    }
    sync_to_disk(config.data_dir);
}

}  // namespace

Result<Restored> restore_postgres_site(const PostgresRestoreParams& params, const Config& config) {
    const DataFolder present(config.data_dir);
    auto verdict = verify_for_restore(params.folder, params.takes_other_secrets, config);
    if (!verdict) {
        return verdict.error();
    }
    const auto& manifest = *verdict;
    if (!manifest.files.contains(kDumpFile)) {
        return invalid("sqlite_backup", params.folder +
                                            " is of a SQLite site, and DATABASE_URL is "
                                            "PostgreSQL's");
    }
    if (auto reason = newer(manifest)) {
        return std::move(*reason);
    }
    const auto& url = config.database_url.reveal();
    const auto others = sql::others_at(url);
    if (!others.empty()) {
        return invalid("in_use", "the database is in use by " + join(others, "; ") +
                                     ": stop every process of the site");
    }
    const auto at = time_stamp(SystemClock().now());
    auto aside = "tripos_before_" + at;
    std::transform(aside.begin(), aside.end(), aside.begin(), [](char letter) {
        return letter == 'T' ? 't' : letter == 'Z' ? 'z' : letter;
    });
    auto work = [&](sql::Session& session) {
        restore_hold::put(session, {.data_from = SystemClock().now()});
        place_secrets(params.folder, manifest, config, at);
        // Nothing is refused any more.
        std::filesystem::remove_all(config.data_dir + "/redis");
    };
    auto before = sql::restore_schema(url, params.folder + "/" + kDumpFile,
                                      params.replaces ? aside : "", std::move(work));
    return Restored{.manifest = manifest, .before = std::move(before), .left_behind = {}};
}

}  // namespace tripos::app
