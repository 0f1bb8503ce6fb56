// SPDX-License-Identifier: MIT
#include "app/process_privacy.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include "core/error.hpp"
#include "telemetry/log.hpp"

namespace tripos::app {

void keep_files_private() {
    ::umask(077);
}

void forbid_core_dumps() {
    const rlimit none{};
    ::setrlimit(RLIMIT_CORE, &none);  // lowering it cannot fail
}

void close_to_others(const std::string& path, const std::string& cure) {
    struct stat about {};
    const bool is_open = stat(path.c_str(), &about) == 0 && (about.st_mode & 077) != 0;
    if (!is_open) {
        return;
    }
    // A sticky folder, such as that of all temporary files, is shared by its nature.
    if ((about.st_mode & S_ISVTX) != 0 || chmod(path.c_str(), about.st_mode & 0700) != 0) {
        throw SystemError("privacy", path + " is open to other users of this machine; " + cure);
    }
    log::warn("privacy", "was open to other users of this machine; now it is not",
              {{"path", path}});
}

}  // namespace tripos::app
