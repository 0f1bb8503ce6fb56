// SPDX-License-Identifier: MIT
#include "app/backup_folder.hpp"

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "core/file.hpp"
#include "notices/outbox.hpp"
#include "notices/outbox_rows.hpp"
#include "sql/postgres_dump.hpp"

namespace tripos::app {

namespace {

constexpr std::size_t kKeyBytes = 16;
constexpr std::int64_t kSealedLooks = 20;
constexpr const char* kAccessSetting = "JWT_ACCESS_SECRET";
constexpr const char* kEmailSetting = "JWT_EMAIL_SECRET";

FileDigest require_digest(const std::string& path) {
    auto digest = digest_file(path);
    if (!digest) {
        throw SystemError("backup", path + " cannot be read: " + digest.error().message());
    }
    return std::move(*digest);
}

Result<> compare_files(const std::string& folder, const Manifest& manifest) {
    for (const auto& [name, expected] : manifest.files) {
        const auto found = digest_file(folder + "/" + name);
        if (!found) {
            return invalid("damaged_backup",
                           folder + "/" + name + " cannot be read: " + found.error().message());
        }
        if (*found != expected) {
            return invalid("damaged_backup",
                           folder + "/" + name + " is not what was backed up: SHA-256 " +
                               found->sha256 + " of " + std::to_string(found->bytes) +
                               " bytes, and the manifest says " + expected.sha256 + " of " +
                               std::to_string(expected.bytes));
        }
    }
    return {};
}

/// Of a table, or of a module's schema; nothing: they are the same.
std::optional<std::string> difference(const std::map<std::string, std::int64_t>& expected,
                                      const std::map<std::string, std::int64_t>& found) {
    for (const auto& [name, count] : expected) {
        const auto other = found.find(name);
        if (other == found.end() || other->second != count) {
            return name + ": " + std::to_string(count) + " in the manifest, " +
                   (other == found.end() ? "none" : std::to_string(other->second)) + " in it";
        }
    }
    return found.size() == expected.size()
               ? std::nullopt
               : std::optional<std::string>("more than the manifest has");
}

/// What is sealed in the database is opened with the secret of now.
class SealLook {
  public:
    explicit SealLook(const Secret& secret) : outbox_(secret, true, clock_, random_) {}

    std::int64_t count_unreadable(sql::Session& session) const {
        std::int64_t unreadable = 0;
        for (const auto& mail : notices::find_sealed(session, kSealedLooks)) {
            unreadable += outbox_.unseal(mail.id, mail.body) ? 0 : 1;
        }
        return unreadable;
    }

  private:
    SystemClock clock_;
    mutable SecureRandom random_;
    notices::Outbox outbox_;
};

struct Contents {
    std::string damage;
    sql::Inventory inventory;
    std::int64_t unreadable = 0;
};

Contents look_into(const std::string& path, const Secret& email_secret) {
    Contents found;
    if (path.ends_with(kDumpFile)) {
        found.inventory = sql::read_dump(path);
        return found;
    }
    sql::read_copy(path, [&](sql::Session& session) {
        found.damage = sql::find_damage(session, sql::Depth::whole);
        if (!found.damage.empty()) {
            return;
        }
        found.inventory = sql::take_inventory(session);
        if (!email_secret.empty() && found.inventory.rows.contains("outbox")) {
            found.unreadable = SealLook(email_secret).count_unreadable(session);
        }
    });
    return found;
}

/// That of the settings goes before one that was generated, as in a site.
Secret secret_of(const Secret& configured, const std::string& folder, const Manifest& manifest,
                 const char* file) {
    if (!configured.empty() || !manifest.files.contains(file)) {
        return configured;
    }
    const auto text = read_file(folder + "/" + file);
    return Secret(text ? *text : "");
}

void compare_secret(const char* setting, const Secret& secret, Verification& verification) {
    const auto& manifest = verification.manifest;
    const auto known = manifest.secrets.find(setting);
    if (known == manifest.secrets.end()) {
        return;
    }
    if (secret.empty()) {
        verification.notes.push_back(std::string(setting) +
                                     " is neither in the backup nor set here: it was not compared");
    } else if (!equal_in_constant_time(keyed_digest(manifest.secret_key, secret.reveal()),
                                       known->second)) {
        verification.secrets.push_back(std::string(setting) + " is not the one that the site had");
    }
}

}  // namespace

std::string parent_of(const std::string& path) {
    return std::filesystem::path(path).parent_path().string();
}

HalfMade::HalfMade(std::string folder) : folder_(std::move(folder)) {
    if (::mkdir(folder_.c_str(), 0700) != 0) {
        const auto why = errno == EEXIST
                             ? std::string(
                                   " is there already: one that did not come to its end, or "
                                   "is being made; delete it unless it is")
                             : std::string(" cannot be made: ") + std::strerror(errno);
        throw SystemError("backup", folder_ + why);
    }
}

HalfMade::~HalfMade() {
    if (!folder_.empty()) {
        std::error_code ignored;  // what went wrong before may keep us from cleaning up as well
        std::filesystem::remove_all(folder_, ignored);
    }
}

void copy_secret(const std::string& from, const std::string& to, const char* name,
                 const Secret& in_use) {
    const auto text = read_file(from + "/" + name);
    if (text && trim(*text) == in_use.reveal()) {
        write_new_file(to + "/" + name, *text);
    }
}

Manifest complete_backup(const std::string& folder, Manifest manifest, const SiteSecrets& secrets,
                         Random& random) {
    const auto database = folder + "/" + kDatabaseFile;
    const auto dump = folder + "/" + kDumpFile;
    if (std::filesystem::exists(dump)) {
        manifest.inventory = sql::read_dump(dump);
    } else {
        sql::read_copy(database, [&](sql::Session& session) {
            const auto damage = sql::find_damage(session, sql::Depth::glance);
            if (!damage.empty()) {
                throw SystemError("backup", "the database is damaged: " + damage);
            }
            manifest.inventory = sql::take_inventory(session);
        });
    }
    for (const auto* name : {kDatabaseFile, kDumpFile, kAccessSecretFile, kEmailSecretFile}) {
        const auto path = folder + "/" + name;
        if (std::filesystem::exists(path)) {
            sync_to_disk(path);
            manifest.files[name] = require_digest(path);
        }
    }
    manifest.secret_key = random.hex(kKeyBytes);
    for (const auto& [setting, secret] :
         {std::pair(kAccessSetting, &secrets.access), std::pair(kEmailSetting, &secrets.email)}) {
        manifest.secrets[setting] = keyed_digest(manifest.secret_key, secret->reveal());
    }
    write_new_file(folder + "/" + kManifestFile, to_text(manifest));
    sync_to_disk(folder);
    return manifest;
}

Result<Verification> verify_backup(const std::string& folder, const SiteSecrets& configured) {
    auto manifest = read_manifest(folder);
    if (!manifest) {
        return manifest.error();
    }
    if (const auto same = compare_files(folder, *manifest); !same) {
        return same.error();
    }
    Verification verification{.manifest = std::move(*manifest), .notes = {}, .secrets = {}};
    const auto& expected = verification.manifest.inventory;
    const auto email = secret_of(configured.email, folder, verification.manifest, kEmailSecretFile);
    compare_secret(kAccessSetting,
                   secret_of(configured.access, folder, verification.manifest, kAccessSecretFile),
                   verification);
    compare_secret(kEmailSetting, email, verification);
    const auto path = folder + "/" +
                      (verification.manifest.files.contains(kDumpFile) ? kDumpFile : kDatabaseFile);
    // With another secret than the site's nothing sealed can be opened, which has been said then.
    const auto found = look_into(path, verification.secrets.empty() ? email : Secret());
    if (!found.damage.empty()) {
        return invalid("damaged_backup", path + " is damaged: " + found.damage);
    }
    for (const auto& [before, now] : {std::pair(&expected.rows, &found.inventory.rows),
                                      std::pair(&expected.schema, &found.inventory.schema)}) {
        if (const auto other = difference(*before, *now)) {
            return invalid("damaged_backup", path + " does not have what it should: " + *other);
        }
    }
    if (found.unreadable > 0) {
        return invalid("damaged_backup", path +
                                             " has sealed mails that its secret does not open: " +
                                             std::to_string(found.unreadable));
    }
    return verification;
}

}  // namespace tripos::app
