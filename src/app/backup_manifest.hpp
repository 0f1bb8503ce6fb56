// SPDX-License-Identifier: MIT
#pragma once
// Manifest: what a backup says of itself, in the file manifest.json of its folder. Whoever reads
// one trusts none of it: names of files are those that a backup has, and no others. Plain data; the
// functions are thread-safe and block.

#include <map>
#include <string>

#include "core/clock.hpp"
#include "core/digest.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "sql/database_copy.hpp"

namespace tripos::app {

inline constexpr const char* kManifestFile = "manifest.json";
inline constexpr const char* kDatabaseFile = "tripos.db";  ///< of a SQLite site
inline constexpr const char* kDumpFile = "tripos.dump";    ///< of one on PostgreSQL

struct Manifest {
    std::string program;  ///< the version that made it
    Timestamp made_at{};
    sql::Inventory inventory;
    std::map<std::string, FileDigest> files;     ///< by name
    std::string secret_key;                      ///< of the digests below
    std::map<std::string, std::string> secrets;  ///< by setting: a keyed digest, never the secret

    std::uint64_t bytes() const;  ///< of all files
    std::int64_t rows() const;    ///< of all tables
};

std::string to_text(const Manifest& manifest);
Result<Manifest> parse_manifest(std::string_view text);
/// Of the backup in that folder. An Error says that there is none, or what is wrong with it.
Result<Manifest> read_manifest(const std::string& folder);

}  // namespace tripos::app
