// SPDX-License-Identifier: MIT
#include "app/process_privacy.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

namespace tripos::app {

void keep_files_private() {
    ::umask(077);
}

void forbid_core_dumps() {
    const rlimit none{};
    ::setrlimit(RLIMIT_CORE, &none);  // lowering it cannot fail
}

}  // namespace tripos::app
