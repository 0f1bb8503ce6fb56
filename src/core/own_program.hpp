// SPDX-License-Identifier: MIT
#pragma once
// This program once more, in a process of its own: a server for a drill, or for a load test.

#include <string>
#include <vector>

namespace tripos {

/// How it is started.
struct OwnProgram {
    std::vector<std::string> words;      ///< behind the program's name
    std::vector<std::string> variables;  ///< NAME=VALUE, and no others
    std::string folder;                  ///< where it runs, and writes its `log`
    int signal_at_our_end = 0;           ///< what it gets when this process ends
};

/// Its process. It is no part of the terminal's job: Ctrl-C is this process's. Throws SystemError.
int start_own_program(const OwnProgram& program);

}  // namespace tripos
