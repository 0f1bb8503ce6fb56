// SPDX-License-Identifier: MIT
#include "app/backup_manifest.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <filesystem>

#include "app/data_folder.hpp"
#include "core/file.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

namespace json = boost::json;

constexpr std::int64_t kFormat = 1;
constexpr std::uintmax_t kLongest = 1 << 20;  // of the file: some KB
constexpr std::size_t kDigits = 64;
constexpr std::size_t kKeyDigits = 32;

Error broken(const std::string& what) {
    return invalid("broken_manifest", std::string(kManifestFile) + " is damaged: " + what);
}

bool is_hex(std::string_view text, std::size_t length) {
    return text.size() == length && std::all_of(text.begin(), text.end(), [](char letter) {
               return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
           });
}

bool is_file_of_backup(std::string_view name) {
    return name == kDatabaseFile || name == kDumpFile || name == kAccessSecretFile ||
           name == kEmailSecretFile;
}

const json::object* object_at(const json::object& parent, std::string_view name) {
    const auto* value = parent.if_contains(name);
    return value == nullptr ? nullptr : value->if_object();
}

std::string text_at(const json::object& parent, std::string_view name) {
    const auto* value = parent.if_contains(name);
    const auto* text = value == nullptr ? nullptr : value->if_string();
    return text == nullptr ? std::string() : std::string(*text);
}

/// Nothing unless it is a whole number from 0.
std::optional<std::int64_t> count_at(const json::object& parent, std::string_view name) {
    const auto* value = parent.if_contains(name);
    const auto* number = value == nullptr ? nullptr : value->if_int64();
    return number == nullptr || *number < 0 ? std::nullopt : std::optional(*number);
}

Result<std::map<std::string, std::int64_t>> counts_at(const json::object& parent,
                                                      std::string_view name) {
    const auto* object = object_at(parent, name);
    if (object == nullptr) {
        return broken("`" + std::string(name) + "` is missing");
    }
    std::map<std::string, std::int64_t> counts;
    for (const auto& [key, value] : *object) {
        const auto count = count_at(*object, key);
        if (!count) {
            return broken("`" + std::string(name) + "` has something else than counts");
        }
        counts[std::string(key)] = *count;
    }
    return counts;
}

Result<std::map<std::string, FileDigest>> files_of(const json::object& parent) {
    const auto* object = object_at(parent, "files");
    if (object == nullptr || object->contains(kDatabaseFile) == object->contains(kDumpFile)) {
        return broken("`files` names no database, or two");
    }
    std::map<std::string, FileDigest> files;
    for (const auto& [name, value] : *object) {
        if (!is_file_of_backup(name)) {
            return broken("`files` names something that no backup has");
        }
        const auto* about = value.if_object();
        const auto bytes = about == nullptr ? std::nullopt : count_at(*about, "bytes");
        const auto sum = about == nullptr ? std::string() : text_at(*about, "sha256");
        if (!bytes || !is_hex(sum, kDigits)) {
            return broken("`files` has no length and SHA-256 of " + std::string(name));
        }
        files[std::string(name)] = {.bytes = static_cast<std::uint64_t>(*bytes), .sha256 = sum};
    }
    return files;
}

Result<> read_secrets(const json::object& parent, Manifest& manifest) {
    const auto* object = object_at(parent, "secrets");
    manifest.secret_key = text_at(parent, "secretKey");
    if (object == nullptr || !is_hex(manifest.secret_key, kKeyDigits)) {
        return broken("`secrets` or their key is missing");
    }
    for (const auto& [name, value] : *object) {
        const auto digest = text_at(*object, name);
        if (!is_hex(digest, kDigits)) {
            return broken("`secrets` has something else than digests");
        }
        manifest.secrets[std::string(name)] = digest;
    }
    return {};
}

}  // namespace

std::uint64_t Manifest::bytes() const {
    std::uint64_t sum = 0;
    for (const auto& [name, file] : files) {
        sum += file.bytes;
    }
    return sum;
}

std::int64_t Manifest::rows() const {
    std::int64_t sum = 0;
    for (const auto& [table, count] : inventory.rows) {
        sum += count;
    }
    return sum;
}

std::string to_text(const Manifest& manifest) {
    json::object files;
    for (const auto& [name, file] : manifest.files) {
        files[name] = {{"bytes", file.bytes}, {"sha256", file.sha256}};
    }
    const json::object all{{"format", kFormat},
                           {"program", manifest.program},
                           {"madeAt", to_iso8601(manifest.made_at)},
                           {"madeAtMillis", to_millis(manifest.made_at)},
                           {"schema", json::value_from(manifest.inventory.schema)},
                           {"rows", json::value_from(manifest.inventory.rows)},
                           {"quickCheck", "ok"},
                           {"files", std::move(files)},
                           {"secretKey", manifest.secret_key},
                           {"secrets", json::value_from(manifest.secrets)}};
    return http::json_text(all) + "\n";
}

Result<Manifest> parse_manifest(std::string_view text) {
    boost::system::error_code malformed;
    const auto value = json::parse(json::string_view(text.data(), text.size()), malformed);
    const auto* all = malformed ? nullptr : value.if_object();
    const auto format = all == nullptr ? std::nullopt : count_at(*all, "format");
    if (!format) {
        return broken("it is no JSON of a backup");
    }
    if (*format > kFormat) {
        return invalid("newer_backup", "the backup was made by a newer program (" +
                                           text_at(*all, "program") +
                                           "): use that version, or a later one");
    }
    Manifest manifest{.program = text_at(*all, "program")};
    const auto made_at = count_at(*all, "madeAtMillis");
    if (!made_at) {
        return broken("`madeAtMillis` is missing");
    }
    manifest.made_at = from_millis(*made_at);
    auto rows = counts_at(*all, "rows");
    auto schema = counts_at(*all, "schema");
    auto files = files_of(*all);
    for (const auto* part : {&rows, &schema}) {
        if (!*part) {
            return part->error();
        }
    }
    if (!files) {
        return files.error();
    }
    manifest.inventory = {.rows = std::move(*rows), .schema = std::move(*schema)};
    manifest.files = std::move(*files);
    if (const auto secrets = read_secrets(*all, manifest); !secrets) {
        return secrets.error();
    }
    return manifest;
}

Result<Manifest> read_manifest(const std::string& folder) {
    const auto path = folder + "/" + kManifestFile;
    std::error_code absent;
    if (!std::filesystem::is_regular_file(std::filesystem::symlink_status(path, absent))) {
        return not_found(folder + " is no backup: it has no " + kManifestFile);
    }
    if (std::filesystem::file_size(path, absent) > kLongest) {
        return broken("it is too long");
    }
    const auto text = read_file(path);
    if (!text) {
        return invalid("unreadable", path + " cannot be read: " + text.error().message());
    }
    return parse_manifest(*text);
}

}  // namespace tripos::app
