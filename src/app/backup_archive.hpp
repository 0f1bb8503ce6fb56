// SPDX-License-Identifier: MIT
#pragma once
// A backup as one stream, to be piped elsewhere: a tar archive (POSIX ustar) of its files, the
// manifest last, so that one that was cut off has none. Whoever reads one trusts none of it.
// Blocking; thread-safe.

#include <optional>
#include <string>

#include "app/temporary_folder.hpp"
#include "core/result.hpp"

namespace tripos::app {

/// Writes the backup in `folder` to the file descriptor. Throws SystemError, also when the process
/// is told to stop meanwhile.
void write_archive(const std::string& folder, int output);

/// Writes the files of the archive into `folder`, which is there and empty. An Error says what is
/// wrong with the archive. Throws SystemError when they cannot be read or written.
Result<> read_archive(int input, const std::string& folder);

/// Where the files of a backup are that somebody named: a folder, an archive, or "-", which is an
/// archive on standard input. What is unpacked goes away with this object.
class BackupPlace {
  public:
    explicit BackupPlace(std::string name) : name_(std::move(name)) {}

    /// Once. The folder; an Error when there is an archive, and it is none.
    Result<std::string> open();

  private:
    const std::string name_;
    std::optional<TemporaryFolder> unpacked_;
};

}  // namespace tripos::app
