// SPDX-License-Identifier: MIT
#pragma once
// Starts a program as a child that cannot outlive the thread that called: fork, the few
// async-signal-safe calls that are allowed between fork and exec in a process with threads, exec.

#include <sys/types.h>

#include <string>
#include <vector>

namespace tripos::redis {

/// The program's path, looked up in PATH unless it has a slash; empty if it is not there.
std::string find_program(const std::string& name);

struct ChildFiles {
    std::string log_path;  ///< output goes to its end
    int inherited = -1;    ///< a descriptor the child keeps open, unused; -1: none
};

/// Own process group; SIGKILL when the calling thread ends. Throws SystemError.
pid_t spawn_child(const std::string& path, std::vector<std::string> arguments,
                  const ChildFiles& files);

}  // namespace tripos::redis
