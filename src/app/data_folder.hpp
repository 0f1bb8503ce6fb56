// SPDX-License-Identifier: MIT
#pragma once
// DataFolder: DATA_DIR, owned by one process at a time. Holds the database, the embedded Redis, the
// control socket and the secrets that development generates.

#include <optional>
#include <string>

#include "core/random.hpp"
#include "core/secret.hpp"

namespace tripos::app {

// The files of secrets that were generated.
inline constexpr const char* kAccessSecretFile = "access-secret";
inline constexpr const char* kEmailSecretFile = "email-secret";

/// Not thread-safe; owned by the composition root and outlives everything that uses the folder.
class DataFolder {
  public:
    /// Creates the folder, closes it to other users (mode 0700) and takes its lock. The lock is
    /// inherited by the embedded redis-server, so it is free only when both are gone: a start right
    /// after a crash waits for that, at most 3 s. Throws SystemError that says who holds it, or
    /// what is wrong with the folder, and the cure.
    explicit DataFolder(std::string path);
    ~DataFolder();
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    /// Whether a process holds the lock of the folder: one that serves it, is about to, or has just
    /// been killed. Creates nothing.
    static bool is_taken(const std::string& path);

    const std::string& path() const { return path_; }
    /// The lock's descriptor, for the child that holds it as well.
    int lock_file() const { return lock_; }

    /// The secret kept in the file `name`, 64 hexadecimal digits; generated on first use, mode
    /// 0600.
    Secret secret(const std::string& name, Random& random) const;

  private:
    std::string path_;
    int lock_ = -1;
};

}  // namespace tripos::app
