// SPDX-License-Identifier: MIT
#include "app/restore.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <optional>
#include <set>

#include "app/application.hpp"
#include "app/data_folder.hpp"
#include "core/file.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

namespace fs = std::filesystem;

/// The copy, and what its migration may need besides.
constexpr std::uint64_t kSpaceFactor = 2;

/// What every data folder has of its own, and nobody misses.
const std::set<std::string>& ordinary_names() {
    static const std::set<std::string> names = {"redis",       "tripos.sock",     "lock",
                                                "alerts.json", kAccessSecretFile, kEmailSecretFile,
                                                "tripos.db",   "tripos.db-wal",   "tripos.db-shm"};
    return names;
}

/// Where DATA_DIR really is: a link to it stays one.
std::string place_of(const Config& config) {
    std::error_code absent;
    const auto real = fs::canonical(config.data_dir, absent);
    return absent ? fs::absolute(config.data_dir).lexically_normal().string() : real.string();
}

/// Why the folder cannot change places with another; nothing: it can, or is not there.
std::optional<Error> immovable(const std::string& place) {
    struct stat own {};
    struct stat above {};
    if (stat(place.c_str(), &own) == 0 && stat(parent_of(place).c_str(), &above) == 0 &&
        own.st_dev != above.st_dev) {
        return invalid("mount_point", place +
                                          " is a mount point, which cannot be moved aside: set "
                                          "DATA_DIR to a folder in it");
    }
    return std::nullopt;
}

std::optional<Error> too_large(const std::string& place, const Manifest& manifest) {
    std::error_code unknown;
    const auto space = fs::space(parent_of(place), unknown);
    const auto needed = kSpaceFactor * manifest.bytes();
    if (!unknown && space.available < needed) {
        return invalid("disk_full", parent_of(place) + " has room for " +
                                        std::to_string(space.available) +
                                        " bytes, and a restore "
                                        "needs " +
                                        std::to_string(needed));
    }
    return std::nullopt;
}

void copy_files(const std::string& from, const std::string& to, const Manifest& manifest) {
    for (const auto& [name, expected] : manifest.files) {
        const auto path = to + "/" + name;
        fs::copy_file(from + "/" + name, path);
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
        const auto copied = digest_file(path);
        if (!copied || *copied != expected) {
            throw SystemError("restore", from + "/" + name + " changed while it was copied");
        }
    }
}

/// Opens the site once where it lies, which brings its schema up to date: a database that this
/// program cannot serve is refused before anything has moved.
void try_out(const std::string& place, const Config& config) {
    auto copy = config;
    copy.data_dir = place;
    copy.database_url = Secret(copy.own_database_url());
    { Application site(std::move(copy), Role::command); }
    fs::remove_all(place + "/redis");
}

/// As root the files would be of no use to the user that runs the server.
void give_to_owner(const std::string& place, const struct stat& owner) {
    if (geteuid() != 0) {
        return;
    }
    std::vector<std::string> paths{place};
    for (const auto& entry : fs::recursive_directory_iterator(place)) {
        paths.push_back(entry.path().string());
    }
    for (const auto& path : paths) {
        if (lchown(path.c_str(), owner.st_uid, owner.st_gid) != 0) {
            throw SystemError("restore",
                              path + " cannot be given to its owner: " + std::strerror(errno));
        }
    }
}

void sync_all(const std::string& place) {
    for (const auto& entry : fs::directory_iterator(place)) {
        if (entry.is_regular_file()) {
            sync_to_disk(entry.path());
        }
    }
    sync_to_disk(place);
}

void rename_to(const std::string& from, const std::string& to, unsigned flags) {
    if (renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), flags) != 0) {
        throw SystemError("restore",
                          from + " cannot take the place of " + to + ": " + std::strerror(errno));
    }
}

std::vector<std::string> others_in(const std::string& place) {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(place)) {
        const auto name = entry.path().filename().string();
        if (!ordinary_names().contains(name)) {
            names.push_back(name);
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

/// The whole new folder at `place`; where the old one is then.
std::string take_place(HalfMade& made, const std::string& place, const std::string& before,
                       bool is_first) {
    if (is_first) {
        rename_to(made.path(), place, RENAME_NOREPLACE);
        made.keep();
        sync_to_disk(parent_of(place));
        return "";
    }
    // By the name that the old one will have: what is called half made never is the old one.
    rename_to(made.path(), before, RENAME_NOREPLACE);
    if (renameat2(AT_FDCWD, before.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) != 0) {
        const std::string why = std::strerror(errno);
        rename_to(before, made.path(), RENAME_NOREPLACE);  // and it goes away
        throw SystemError("restore", "another folder cannot take the place of " + place + ": " +
                                         why + "; set DATA_DIR to a folder on a local disk");
    }
    made.keep();
    sync_to_disk(parent_of(place));
    return before;
}

}  // namespace

std::string time_stamp(Timestamp at) {
    const auto seconds = static_cast<std::time_t>(to_millis(at) / 1000);
    std::tm parts{};
    gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    const auto length = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
    return {text.data(), length};
}

Result<Manifest> verify_for_restore(const std::string& folder, bool takes_other_secrets,
                                    const Config& config) {
    auto verdict = verify_backup(
        folder, {.access = config.jwt_access_secret, .email = config.jwt_email_secret});
    if (!verdict) {
        return verdict.error();
    }
    for (const auto* complaints : {&verdict->secrets, &verdict->notes}) {
        if (!complaints->empty() && !takes_other_secrets) {
            return invalid("other_secrets", complaints->front() +
                                                ": set it, or give --other-secrets, and nobody "
                                                "stays logged in and codes on their way are void");
        }
    }
    return std::move(verdict->manifest);
}

Result<Restored> restore_site(const std::string& folder, bool takes_other_secrets,
                              const Config& config) {
    if (config.database_url.reveal() != config.own_database_url()) {
        return invalid("elsewhere",
                       "DATABASE_URL leads out of DATA_DIR, which is all that a restore "
                       "puts in place: docs/setup.md#backup-and-restore");
    }
    const auto place = place_of(config);
    std::optional<DataFolder> present;
    if (fs::exists(place)) {
        present.emplace(place);
    }
    if (auto reason = immovable(place)) {
        return std::move(*reason);
    }
    auto verdict = verify_for_restore(folder, takes_other_secrets, config);
    if (!verdict) {
        return verdict.error();
    }
    const auto& manifest = *verdict;
    if (!manifest.files.contains(kDatabaseFile)) {
        return invalid("postgres_backup", folder +
                                              " is of a site on PostgreSQL: set DATABASE_URL "
                                              "to the database that it is to go to");
    }
    if (auto reason = too_large(place, manifest)) {
        return std::move(*reason);
    }
    const auto at = time_stamp(SystemClock().now());
    fs::create_directories(parent_of(place));
    HalfMade made(place + ".restoring-" + at);
    copy_files(folder, made.path(), manifest);
    try_out(made.path(), config);
    struct stat owner {};
    if (present && stat(place.c_str(), &owner) == 0) {
        give_to_owner(made.path(), owner);
    }
    sync_all(made.path());
    Restored restored{.manifest = manifest, .before = {}, .left_behind = {}};
    restored.before = take_place(made, place, place + ".before-" + at, !present);
    if (!restored.before.empty()) {
        restored.left_behind = others_in(restored.before);
    }
    return restored;
}

}  // namespace tripos::app
