// SPDX-License-Identifier: MIT
#include "app/temporary_folder.hpp"

#include <stdlib.h>

#include <filesystem>

#include "core/error.hpp"

namespace tripos::app {

TemporaryFolder::TemporaryFolder(const std::string& name)
    : path_((std::filesystem::temp_directory_path() / (name + "-XXXXXX")).string()) {
    if (::mkdtemp(path_.data()) == nullptr) {
        throw SystemError("temporary folder", path_ + " cannot be made");
    }
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;  // what is left lies where temporary files do
    std::filesystem::remove_all(path_, ignored);
}

}  // namespace tripos::app
