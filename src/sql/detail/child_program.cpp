// SPDX-License-Identifier: MIT
#include "sql/detail/child_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "core/error.hpp"
#include "core/exec_texts.hpp"
#include "core/text.hpp"

namespace tripos::sql {

namespace {

constexpr std::size_t kMostComplaint = 2'000;
constexpr std::chrono::milliseconds kGlance{100};  ///< between looks whether it is given up

/// Closes itself.
class File {
  public:
    explicit File(int number) : number_(number) {}
    ~File() { reset(); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    int get() const { return number_; }
    void reset() {
        if (number_ >= 0) {
            close(number_);
        }
        number_ = -1;
    }

  private:
    int number_;
};

/// What it does before it becomes another program.
class Preparation {
  public:
    Preparation(int output, int errors) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, errors, STDERR_FILENO);
        posix_spawnattr_init(&attributes_);
        sigset_t none;  // we block those that end a server
        sigemptyset(&none);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK);
    }
    ~Preparation() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    Preparation(const Preparation&) = delete;
    Preparation& operator=(const Preparation&) = delete;

    const posix_spawn_file_actions_t* actions() const { return &actions_; }
    const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

std::string complaint_in(int file) {
    std::string text(kMostComplaint, '\0');
    const auto length = pread(file, text.data(), text.size(), 0);
    text.resize(length < 0 ? 0 : static_cast<std::size_t>(length));
    return on_one_line(text);
}

/// Something has come, or the end; false: nothing within a moment.
bool has_output(int pipe) {
    pollfd watched{.fd = pipe, .events = POLLIN, .revents = 0};
    return ::poll(&watched, 1, static_cast<int>(kGlance.count())) > 0;
}

}  // namespace

void run_program(ChildProgram program, const std::function<void(std::string_view)>& take) {
    const auto name = program.words.front();
    const auto inherited = own_variables();
    program.variables.insert(program.variables.end(), inherited.begin(), inherited.end());
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw SystemError(name, std::strerror(errno));
    }
    const File output(ends[0]);
    File input(ends[1]);
    const File errors(memfd_create("errors", MFD_CLOEXEC));
    const Preparation preparation(input.get(), errors.get());
    const ExecTexts arguments(std::move(program.words));
    const ExecTexts variables(std::move(program.variables));
    pid_t pid = -1;
    const int refused = posix_spawnp(&pid, name.c_str(), preparation.actions(),
                                     preparation.attributes(), arguments.data(), variables.data());
    if (refused != 0) {
        throw SystemError(name, std::string("it cannot be started (") + std::strerror(refused) +
                                    "): install postgresql-client");
    }
    input.reset();
    std::array<char, 65536> piece{};
    ssize_t count = 0;
    bool is_given_up = false;
    do {
        while (!has_output(output.get())) {
            if (!is_given_up && program.is_given_up && program.is_given_up()) {
                is_given_up = true;
                kill(pid, SIGTERM);
            }
        }
        count = read(output.get(), piece.data(), piece.size());
        if (count > 0) {
            take({piece.data(), static_cast<std::size_t>(count)});
        }
    } while (count > 0 || (count < 0 && errno == EINTR));
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (is_given_up) {
        throw SystemError(name, "it was stopped with this program");
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw SystemError(name, complaint_in(errors.get()));
    }
}

}  // namespace tripos::sql
