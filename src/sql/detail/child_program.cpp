// SPDX-License-Identifier: MIT
#include "sql/detail/child_program.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/text.hpp"

namespace tripos::sql {

namespace {

constexpr std::size_t kMostComplaint = 2'000;

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

std::vector<char*> ended_by_null(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

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

}  // namespace

void run_program(ChildProgram program, const std::function<void(std::string_view)>& take) {
    for (char** entry = environ; *entry != nullptr; ++entry) {
        program.variables.emplace_back(*entry);
    }
    std::array<int, 2> ends{-1, -1};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw SystemError(program.words.front(), std::strerror(errno));
    }
    const File output(ends[0]);
    File input(ends[1]);
    const File errors(memfd_create("errors", MFD_CLOEXEC));
    const Preparation preparation(input.get(), errors.get());
    const auto arguments = ended_by_null(program.words);
    const auto variables = ended_by_null(program.variables);
    pid_t pid = -1;
    const int refused = posix_spawnp(&pid, arguments.front(), preparation.actions(),
                                     preparation.attributes(), arguments.data(), variables.data());
    if (refused != 0) {
        throw SystemError(program.words.front(), std::string("it cannot be started (") +
                                                     std::strerror(refused) +
                                                     "): install postgresql-client");
    }
    input.reset();
    std::array<char, 65536> piece{};
    ssize_t count = 0;
    errno = 0;
    while ((count = read(output.get(), piece.data(), piece.size())) > 0 || errno == EINTR) {
        if (count > 0) {
            take({piece.data(), static_cast<std::size_t>(count)});
        }
        errno = 0;
    }
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        throw SystemError(program.words.front(), complaint_in(errors.get()));
    }
}

}  // namespace tripos::sql
