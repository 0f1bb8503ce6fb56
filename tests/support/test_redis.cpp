// SPDX-License-Identifier: MIT
#include "support/test_redis.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>

#include "redis/detail/child_process.hpp"

namespace tripos::test {

namespace {

std::string new_directory() {
    std::string path = (std::filesystem::temp_directory_path() / "tripos-redis-XXXXXX").string();
    if (mkdtemp(path.data()) == nullptr) {
        throw std::runtime_error("cannot make a directory for redis-server");
    }
    return path;
}

std::string encode(const std::vector<std::string>& arguments) {
    std::string out = "*" + std::to_string(arguments.size()) + "\r\n";
    for (const auto& argument : arguments) {
        out += "$" + std::to_string(argument.size()) + "\r\n" + argument + "\r\n";
    }
    return out;
}

}  // namespace

TestRedis::TestRedis(Persistence persistence, const std::string& settings)
    : directory_(new_directory()), persistence_(persistence) {
    std::ofstream(directory_ + "/redis.conf") << settings;
    launch();
}

TestRedis::~TestRedis() {
    kill();
    std::error_code ignored;  // a leftover in the temporary directory harms nobody
    std::filesystem::remove_all(directory_, ignored);
}

void TestRedis::launch() {
    std::vector<std::string> arguments{"redis-server",
                                       directory_ + "/redis.conf",
                                       "--port",
                                       "0",
                                       "--unixsocket",
                                       socket_path(),
                                       "--dir",
                                       directory_,
                                       "--save",
                                       "",
                                       "--logfile",
                                       directory_ + "/log",
                                       "--daemonize",
                                       "no",
                                       "--enable-debug-command",
                                       "yes"};
    const bool durable = persistence_ == Persistence::append_only;
    arguments.insert(arguments.end(), {"--appendonly", durable ? "yes" : "no"});
    std::filesystem::remove(socket_path());
    // As the embedded server's child: a test program that is killed leaves no server behind.
    pid_ = redis::spawn_child(redis::find_program("redis-server"), std::move(arguments),
                              redis::ChildFiles{.log_path = directory_ + "/log"});
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!answers()) {
        if (std::chrono::steady_clock::now() > deadline) {
            kill();
            throw std::runtime_error("redis-server does not answer; see " + directory_ + "/log");
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
}

bool TestRedis::answers() const {
    try {
        const std::string reply = raw({"PING"});
        return reply.starts_with("+PONG") || reply.starts_with("-NOAUTH");
    } catch (const std::runtime_error&) {
        return false;
    }
}

void TestRedis::kill() {
    if (pid_ != 0) {
        ::kill(pid_, SIGKILL);
        waitpid(pid_, nullptr, 0);
        pid_ = 0;
    }
}

void TestRedis::restart() {
    kill();
    launch();
}

void TestRedis::pause() {
    ::kill(pid_, SIGSTOP);
}

void TestRedis::resume() {
    ::kill(pid_, SIGCONT);
}

void TestRedis::flush() {
    raw({"FLUSHALL"});
}

std::string TestRedis::raw(const std::vector<std::string>& arguments) const {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path().copy(address.sun_path, sizeof address.sun_path - 1);
    std::string reply;
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        const std::string request = encode(arguments) + encode({"QUIT"});
        if (write(fd, request.data(), request.size()) == static_cast<ssize_t>(request.size())) {
            char buffer[4096];
            ssize_t count = 0;
            while ((count = read(fd, buffer, sizeof buffer)) > 0) {
                reply.append(buffer, static_cast<std::size_t>(count));
            }
        }
    }
    close(fd);
    constexpr std::string_view kBye = "+OK\r\n";  // QUIT's
    if (!reply.ends_with(kBye)) {
        throw std::runtime_error("redis-server did not answer");
    }
    return reply.substr(0, reply.size() - kBye.size());
}

}  // namespace tripos::test
