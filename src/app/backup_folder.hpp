// SPDX-License-Identifier: MIT
#pragma once
// A backup as a folder: how it comes about, and what is looked at before it is believed. Blocking;
// thread-safe.

#include <string>
#include <vector>

#include "app/backup_manifest.hpp"
#include "app/data_folder.hpp"
#include "core/random.hpp"

namespace tripos::app {

/// The folder that it is in.
std::string parent_of(const std::string& path);

/// A folder that goes away with this object, unless it is kept: what did not come to its end must
/// not look as if it had.
class HalfMade {
  public:
    /// Makes it, for this user alone. Throws SystemError, also when there is one.
    explicit HalfMade(std::string folder);
    ~HalfMade();
    HalfMade(const HalfMade&) = delete;
    HalfMade& operator=(const HalfMade&) = delete;

    const std::string& path() const { return folder_; }
    void keep() { folder_.clear(); }

  private:
    std::string folder_;
};

/// The secrets that a site works with, by the setting that names them; empty: not known.
struct SiteSecrets {
    Secret access;
    Secret email;
};

/// Completes a backup: `folder` has the copy of the database. Adds `manifest.files`, which it has
/// besides, what is in the database, and the digests of secrets. All of it is on disk then. Throws
/// SystemError.
Manifest complete_backup(const std::string& folder, Manifest manifest, const SiteSecrets& secrets,
                         Random& random);

/// Copies a secret that was generated; a file that is not `in_use` is left, as sites that configure
/// theirs may have one of before.
void copy_secret(const std::string& from, const std::string& to, const char* name,
                 const Secret& in_use);

/// Whether a backup is whole, and what it is. `configured`: the secrets of this site's settings.
struct Verification {
    Manifest manifest;
    std::vector<std::string> notes;    ///< what could not be looked at
    std::vector<std::string> secrets;  ///< that are not those of the backup, in words
};

/// Compares every file, reads the whole database, counts its rows, and opens what is sealed in it.
/// An Error names the file, or table, and what is wrong.
Result<Verification> verify_backup(const std::string& folder, const SiteSecrets& configured);

}  // namespace tripos::app
