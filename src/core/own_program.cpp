// SPDX-License-Identifier: MIT
#include "core/own_program.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "core/error.hpp"
#include "core/exec_texts.hpp"

namespace tripos {

int start_own_program(const OwnProgram& program) {
    std::vector<std::string> words{"tripos"};
    words.insert(words.end(), program.words.begin(), program.words.end());
    const ExecTexts arguments(std::move(words));
    const ExecTexts variables(program.variables);
    const auto log = program.folder + "/log";
    const auto parent = ::getpid();
    const auto child = ::fork();
    if (child == 0) {  // only what is safe between fork and exec in a process with threads
        ::prctl(PR_SET_PDEATHSIG, program.signal_at_our_end);
        const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (::getppid() == parent && ::chdir(program.folder.c_str()) == 0 && file >= 0 &&
            ::dup2(file, STDOUT_FILENO) >= 0 && ::dup2(file, STDERR_FILENO) >= 0) {
            ::setpgid(0, 0);
            ::execve("/proc/self/exe", arguments.data(), variables.data());
        }
        ::_exit(127);
    }
    if (child < 0) {
        throw SystemError("tripos", "cannot be started once more");
    }
    return child;
}

}  // namespace tripos
