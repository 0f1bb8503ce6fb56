// SPDX-License-Identifier: MIT
#include "telemetry/log.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <new>
#include <string>

#include "telemetry/metrics.hpp"

namespace {

/// Of this thread, while it is not negative.
thread_local long allocations = -1;

}  // namespace

// NOLINTBEGIN: the replacements of the global allocation functions
void* operator new(std::size_t size) {
    if (allocations >= 0) {
        ++allocations;
    }
    if (void* memory = std::malloc(size)) {
        return memory;
    }
    throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}
// NOLINTEND

namespace tripos::log {
namespace {

using namespace std::chrono_literals;

/// A process with a log of its own: configure() is once and for all.
class Child {
  public:
    /// `act` runs with stderr to a pipe; its result is the exit code.
    explicit Child(const std::function<int()>& act) {
        EXPECT_EQ(pipe2(ends_.data(), O_CLOEXEC), 0);
        pid_ = fork();
        if (pid_ == 0) {
            dup2(ends_[1], STDERR_FILENO);
            std::exit(act());
        }
        close(ends_[1]);
    }
    ~Child() { close(ends_[0]); }
    Child(const Child&) = delete;
    Child& operator=(const Child&) = delete;

    /// Until it ends.
    int exit_code() const {
        int status = 0;
        waitpid(pid_, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }
    std::string read_all() const {
        std::string text;
        std::array<char, 4'096> buffer;
        for (ssize_t count = 0; (count = read(ends_[0], buffer.data(), buffer.size())) > 0;) {
            text.append(buffer.data(), static_cast<std::size_t>(count));
        }
        return text;
    }

  private:
    std::array<int, 2> ends_{};
    pid_t pid_ = 0;
};

TEST(Log, StalledStandardErrorHoldsNobodyAndLosesCountedLines) {
    constexpr int kLines = 50'000;
    const Child child([] {
        configure(Level::info, Format::text);
        const Metrics metrics;
        const auto begun = std::chrono::steady_clock::now();
        for (int i = 0; i < kLines; ++i) {
            info("test", "a line that nobody reads", {{"number", i}});
        }
        const bool in_time = std::chrono::steady_clock::now() - begun < 20s;
        const bool counted =
            dropped() > 0 && dropped() < kLines &&
            metrics.render().find("tripos_log_dropped_lines_total 0\n") == std::string::npos;
        return in_time && counted ? 7 : 8;
    });
    EXPECT_EQ(child.exit_code(), 7) << "and its end does not wait for the reader";
}

TEST(Log, EveryLineIsWrittenBeforeTheProcessEnds) {
    const Child child([] {
        configure(Level::info, Format::json);
        for (int i = 0; i < 1'000; ++i) {
            warn("test", "counted", {{"number", i}, {"text", "a \"b\""}, {"flag", true}});
        }
        return 0;
    });
    const auto text = child.read_all();
    EXPECT_EQ(child.exit_code(), 0);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1'000);
    EXPECT_NE(text.find(R"("message":"counted","number":999,"text":"a \"b\"","flag":true})"),
              std::string::npos)
        << text.substr(0, 300);
}

TEST(Log, DisabledLinesAllocateNothing) {
    const std::string long_text(1'000, 'x');
    debug("test", "the first one makes the log");
    allocations = 0;
    for (int i = 0; i < 1'000; ++i) {
        debug("test", "not wanted", {{"text", long_text}, {"number", i}, {"flag", true}});
    }
    const long made = std::exchange(allocations, -1);
    EXPECT_EQ(made, 0);
}

TEST(Log, TextLinesQuoteWhatNeedsIt) {
    const Recording recording;
    info("test", "fields",
         {{"plain", "word"},
          {"spaced", "two words"},
          {"empty", ""},
          {"big", std::uint64_t{1} << 63},
          {"line", "a\nb"}});
    EXPECT_EQ(recording.text(),
              "test: fields plain=word spaced=\"two words\" empty=\"\" big=9223372036854775808 "
              "line=a\\u000ab\n");
}

}  // namespace
}  // namespace tripos::log
