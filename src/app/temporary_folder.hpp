// SPDX-License-Identifier: MIT
#pragma once
// TemporaryFolder: a folder where temporary files go, for this user alone, as long as the object
// lives. Not thread-safe.

#include <string>

namespace tripos::app {

class TemporaryFolder {
  public:
    /// Its name begins so. Throws SystemError.
    explicit TemporaryFolder(const std::string& name);
    ~TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    const std::string& path() const { return path_; }

  private:
    std::string path_;
};

}  // namespace tripos::app
