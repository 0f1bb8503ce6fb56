// SPDX-License-Identifier: MIT
#include "support/postgres_process.hpp"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace tripos::test {

namespace {

namespace fs = std::filesystem;

constexpr auto kStartLimit = std::chrono::seconds(30);
constexpr std::uintmax_t kRoom = std::uintmax_t{2} << 30;  ///< bytes; more than all tests leave

std::string find_programs() {
    std::string newest;
    for (const auto& version : fs::directory_iterator("/usr/lib/postgresql")) {
        const auto bin = version.path() / "bin";
        if (fs::exists(bin / "initdb") && bin.string() > newest) {
            newest = bin.string();
        }
    }
    if (newest.empty()) {
        throw std::runtime_error("the tests need PostgreSQL's server (Debian: postgresql)");
    }
    return newest;
}

/// In memory where there is room: each test has a database of its own, which is 300 files. The
/// tests kill the server, not the machine.
fs::path where() {
    std::error_code missing;
    const fs::path memory = "/dev/shm";
    const auto space = fs::space(memory, missing);
    return !missing && space.available >= kRoom ? memory : fs::temp_directory_path();
}

}  // namespace

PostgresProcess::PostgresProcess()
    : programs_(find_programs()), user_(geteuid()), group_(getegid()) {
    if (user_ == 0) {  // postgres refuses to run as root
        const auto* account = getpwnam("postgres");
        if (account == nullptr) {
            throw std::runtime_error("no user postgres to run the server as");
        }
        user_ = account->pw_uid;
        group_ = account->pw_gid;
    }
    std::string pattern = (where() / "tripos-pg-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr || chown(pattern.c_str(), user_, group_) != 0 ||
        chmod(pattern.c_str(), 0711) != 0) {
        throw std::runtime_error("cannot make a folder for PostgreSQL");
    }
    folder_ = pattern;
    const pid_t initdb = launch({programs_ + "/initdb", "-D", folder_ + "/data", "-U", "postgres",
                                 "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"});
    int status = 0;
    waitpid(initdb, &status, 0);
    if (status != 0) {
        throw std::runtime_error("initdb failed: " + log());
    }
    start();
}

PostgresProcess::~PostgresProcess() {
    stop_at_once();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void PostgresProcess::start() {
    server_ = launch({programs_ + "/postgres", "-D", folder_ + "/data", "-k", folder_, "-c",
                      "listen_addresses=", "-c", "fsync=off", "-c", "full_page_writes=off", "-c",
                      "shared_buffers=16MB", "-c", "max_connections=60"});
    const auto deadline = std::chrono::steady_clock::now() + kStartLimit;
    while (PQping(url("postgres").c_str()) != PQPING_OK) {
        if (std::chrono::steady_clock::now() > deadline ||
            waitpid(server_, nullptr, WNOHANG) != 0) {
            throw std::runtime_error("PostgreSQL did not start: " + log());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void PostgresProcess::stop_at_once() {
    if (server_ > 0) {
        kill(server_, SIGQUIT);  // "immediate": recovery at the next start, as after a crash
        waitpid(server_, nullptr, 0);
        server_ = 0;
    }
}

std::string PostgresProcess::url(const std::string& database) const {
    return "postgresql://postgres@/" + database + "?host=" + folder_;
}

pid_t PostgresProcess::launch(const std::vector<std::string>& command) const {
    std::vector<char*> arguments;
    for (const auto& argument : command) {
        arguments.push_back(const_cast<char*>(argument.c_str()));
    }
    arguments.push_back(nullptr);
    const std::string log_path = folder_ + "/log";
    const pid_t child = fork();
    if (child != 0) {
        return child;
    }
    // Only calls that are safe between fork and exec of a program with threads.
    if (getuid() == 0 &&
        (setgroups(0, nullptr) != 0 || setgid(group_) != 0 || setuid(user_) != 0)) {
        _exit(126);
    }
    prctl(PR_SET_PDEATHSIG, SIGQUIT);
    const int output = open(log_path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    dup2(output, STDOUT_FILENO);
    dup2(output, STDERR_FILENO);
    if (chdir(folder_.c_str()) == 0) {
        execv(arguments[0], arguments.data());
    }
    _exit(127);
}

std::string PostgresProcess::log() const {
    std::ostringstream text;
    text << std::ifstream(folder_ + "/log").rdbuf();
    return text.str();
}

}  // namespace tripos::test
