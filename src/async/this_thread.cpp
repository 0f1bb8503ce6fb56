// SPDX-License-Identifier: MIT
#include "async/this_thread.hpp"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace tripos {

void introduce_thread(const std::string& name, int niceness) {
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
    if (niceness != kUrgent) {
        const auto thread = static_cast<id_t>(syscall(SYS_gettid));
        setpriority(PRIO_PROCESS, thread, getpriority(PRIO_PROCESS, thread) + niceness);
    }
}

}  // namespace tripos
