// SPDX-License-Identifier: MIT
#include "redis/detail/child_process.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "core/error.hpp"
#include "core/exec_texts.hpp"
#include "core/text.hpp"

namespace tripos::redis {

namespace {

constexpr unsigned kCloseRangeCloexec = 1U << 2;  // CLOSE_RANGE_CLOEXEC, Linux 5.11

/// In the child. Async-signal-safe calls only: another thread may have held any lock at the fork.
[[noreturn]] void become(const char* path, char* const* argv, int output, int inherited,
                         pid_t parent) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        _exit(127);  // the parent died before the line above
    }
    setpgid(0, 0);
    // Our handlers must not run over there: before the exec they would take what is meant for the
    // child.
    for (int number = 1; number < NSIG; ++number) {
        signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    const int input = open("/dev/null", O_RDONLY);
    dup2(input, STDIN_FILENO);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    syscall(SYS_close_range, 3U, ~0U,
            kCloseRangeCloexec);  // sockets of ours are nothing to a child
    if (inherited >= 0) {
        fcntl(inherited, F_SETFD, 0);
    }
    execv(path, argv);
    _exit(126);
}

}  // namespace

std::string find_program(const std::string& name) {
    if (name.find('/') != std::string::npos) {
        return access(name.c_str(), X_OK) == 0 ? name : std::string();
    }
    const char* variable = std::getenv("PATH");
    const std::string path = variable != nullptr ? variable : "/usr/local/bin:/usr/bin:/bin";
    for (const auto directory : split(path, ':')) {
        const std::string candidate = std::string(directory) + "/" + name;
        if (access(candidate.c_str(), X_OK) == 0) {
            return candidate;
        }
    }
    return {};
}

pid_t spawn_child(const std::string& path, std::vector<std::string> arguments,
                  const ChildFiles& files) {
    const int output =
        open(files.log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (output < 0) {
        throw SystemError("redis-server",
                          "cannot write " + files.log_path + ": " + std::strerror(errno));
    }
    const ExecTexts argv(std::move(arguments));
    const pid_t parent = getpid();
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);  // until the child has let go of our handlers
    const pid_t child = fork();
    if (child == 0) {
        become(path.c_str(), argv.data(), output, files.inherited, parent);
    }
    const int problem = errno;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    close(output);
    if (child < 0) {
        throw SystemError("redis-server", std::string("cannot fork: ") + std::strerror(problem));
    }
    return child;
}

}  // namespace tripos::redis
