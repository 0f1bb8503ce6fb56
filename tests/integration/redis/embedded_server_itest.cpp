// SPDX-License-Identifier: MIT
#include "redis/embedded_server.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>

#include "core/error.hpp"
#include "redis/detail/blocking_ask.hpp"
#include "redis/url.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;

class Directory {
  public:
    explicit Directory(const std::string& below = "data") {
        root_ = (std::filesystem::temp_directory_path() / "tripos-embedded-XXXXXX").string();
        EXPECT_NE(mkdtemp(root_.data()), nullptr);
        path_ = root_ + "/" + below;
    }
    ~Directory() { std::filesystem::remove_all(root_); }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    const std::string& path() const { return path_; }

  private:
    std::string root_;
    std::string path_;
};

EmbeddedServerOptions options_in(const Directory& directory) {
    EmbeddedServerOptions options;
    options.directory = directory.path();
    return options;
}

/// False for the dead, zombies included: nobody may be there to reap an orphan.
bool is_alive(int pid) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
    std::string text;
    if (!std::getline(file, text)) {
        return false;
    }
    return text.compare(text.rfind(')') + 2, 1, "Z") != 0;
}

bool comes_true(const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > deadline) {
            return false;
        }
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

TEST(EmbeddedServer, StartsAnswersAndStops) {
    const Directory directory;
    EmbeddedServer server(options_in(directory));
    EXPECT_EQ(server.pid(), 0);
    server.start();
    const int pid = server.pid();
    EXPECT_TRUE(is_alive(pid));
    EXPECT_NE(getpgid(pid), getpgid(0));
    EXPECT_EQ(parse_url(server.url())->host, server.socket_path());
    EXPECT_EQ(blocking_ask(server.socket_path(), "PING"), "+PONG\r\n");
    struct stat status {};
    ASSERT_EQ(stat(directory.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0700U);
    server.stop();
    server.stop();
    EXPECT_EQ(server.pid(), 0);
    EXPECT_FALSE(is_alive(pid));
}

TEST(EmbeddedServer, KeepsItsDataAcrossStopAndStart) {
    const Directory directory;
    EmbeddedServer server(options_in(directory));
    server.start();
    EXPECT_EQ(blocking_ask(server.socket_path(), "SET k v"), "+OK\r\n");
    server.stop();
    server.start();
    EXPECT_EQ(blocking_ask(server.socket_path(), "GET k"), "$1\r\nv\r\n");
}

TEST(EmbeddedServer, IsStartedAgainWhenItDies) {
    const Directory directory;
    EmbeddedServer server(options_in(directory));
    server.start();
    EXPECT_EQ(blocking_ask(server.socket_path(), "SET k v"), "+OK\r\n");
    const int first = server.pid();
    ::kill(first, SIGKILL);
    EXPECT_TRUE(comes_true([&] { return server.pid() != 0 && server.pid() != first; }));
    EXPECT_TRUE(
        comes_true([&] { return blocking_ask(server.socket_path(), "GET k") == "$1\r\nv\r\n"; }));
}

TEST(EmbeddedServer, MissingBinaryIsNamedWithTheCure) {
    const Directory directory;
    auto options = options_in(directory);
    options.binary = "no-such-redis";
    options.alternative = "find another";
    EmbeddedServer server(options);
    try {
        server.start();
        FAIL() << "no exception";
    } catch (const SystemError& failure) {
        EXPECT_NE(std::string(failure.what()).find("or find another"), std::string::npos)
            << failure.what();
    }
}

TEST(EmbeddedServer, ChildThatEndsAtOnceIsAnError) {
    const Directory directory;
    auto options = options_in(directory);
    options.binary = "/bin/false";
    EmbeddedServer server(options);
    EXPECT_THROW(server.start(), SystemError);
}

TEST(EmbeddedServer, LongDirectoryStillHasASocket) {
    const Directory directory(std::string(150, 'd'));
    EmbeddedServer server(options_in(directory));
    server.start();
    EXPECT_LE(server.socket_path().size(), 107U);
    EXPECT_EQ(blocking_ask(server.socket_path(), "PING"), "+PONG\r\n");
}

TEST(EmbeddedServer, DiesWithItsKilledParentAndTheNextStartFindsTheData) {
    const Directory directory;
    int channel[2];
    ASSERT_EQ(pipe(channel), 0);
    const pid_t helper = fork();
    if (helper == 0) {
        EmbeddedServer server(options_in(directory));
        server.start();
        blocking_ask(server.socket_path(), "SET k v");
        const int pid = server.pid();
        if (write(channel[1], &pid, sizeof pid) == sizeof pid) {
            pause();
        }
        _exit(1);
    }
    int child = 0;
    ASSERT_EQ(read(channel[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
    close(channel[0]);
    close(channel[1]);
    ASSERT_TRUE(is_alive(child));
    ::kill(helper, SIGKILL);
    waitpid(helper, nullptr, 0);
    EmbeddedServer server(options_in(directory));
    server.start();
    EXPECT_FALSE(is_alive(child));
    EXPECT_EQ(blocking_ask(server.socket_path(), "GET k"), "$1\r\nv\r\n");
}

}  // namespace
}  // namespace tripos::redis
