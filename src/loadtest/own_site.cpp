// SPDX-License-Identifier: MIT
#include "loadtest/own_site.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>
#include <vector>

#include "core/error.hpp"
#include "loadtest/dial.hpp"

namespace tripos::loadtest {

namespace {

constexpr auto kStarts = std::chrono::seconds(60);
constexpr auto kStops = std::chrono::seconds(30);
constexpr auto kPoll = std::chrono::milliseconds(10);

std::string make_folder() {
    auto pattern = (std::filesystem::temp_directory_path() / "tripos-loadtest-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
        throw SystemError("load test", pattern + " cannot be made");
    }
    return pattern;
}

/// One that was free a moment ago: the server has to come back to it after it was killed.
std::uint16_t free_port() {
    const Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket.get(), where, size) != 0 || ::getsockname(socket.get(), where, &size) != 0) {
        throw SystemError("load test", "there is no free port");
    }
    return ntohs(address.sin_port);
}

/// Not the settings of another site, which the environment may hold.
std::vector<std::string> environment() {
    std::vector<std::string> kept;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const auto name = text.substr(0, text.find('='));
        if (name == "PATH" || name == "HOME" || name == "TZ" || name == "TRIPOS_FAILPOINT" ||
            name.ends_with("SAN_OPTIONS")) {
            kept.emplace_back(text);
        }
    }
    return kept;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
    std::vector<char*> result;
    for (auto& text : texts) {
        result.push_back(text.data());
    }
    result.push_back(nullptr);
    return result;
}

std::string log_of(const std::string& folder) {
    std::ifstream file(folder + "/log");
    return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

OwnSite::OwnSite(const std::map<std::string, std::string>& settings)
    : folder_(make_folder()),
      redis_({.alternative = {}, .directory = folder_ + "/redis"}),
      port_(free_port()),
      settings_{{"LOG_LEVEL", "warn"},
                {"MAIL_FROM", "Load test <exams@load.example>"},
                {"MAIL_REQUEST_LIMIT_ADDRESS", "1000000"}} {
    for (const auto& [name, value] : settings) {
        settings_[name] = value;
    }
    settings_["DATA_DIR"] = folder_ + "/data";
    settings_["HOST"] = "127.0.0.1";
    settings_["PORT"] = std::to_string(port_);
    settings_["REDIS_URL"] = redis_.url();
    settings_["SMTP_URL"] = "smtp://127.0.0.1:" + std::to_string(mails_.port());
    redis_.start();
    start_server();
}

OwnSite::~OwnSite() {
    end_server(SIGTERM);
    redis_.stop();
    std::error_code ignored;  // what is left lies in the folder for temporary files
    std::filesystem::remove_all(folder_, ignored);
}

std::string OwnSite::control_socket() const {
    return folder_ + "/data/tripos.sock";
}

void OwnSite::start_server() {
    std::vector<std::string> words{"tripos", "serve"};
    for (const auto& [name, value] : settings_) {
        words.push_back("--set");
        words.push_back(name + "=" + value);
    }
    auto variables = environment();
    const auto arguments = pointers(words);
    const auto kept = pointers(variables);
    const auto log = folder_ + "/log";
    const auto parent = ::getpid();
    pid_ = ::fork();
    if (pid_ == 0) {  // only what is safe between fork and exec in a process with threads
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        const int file = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
        if (::getppid() == parent && ::chdir(folder_.c_str()) == 0 && file >= 0 &&
            ::dup2(file, STDOUT_FILENO) >= 0 && ::dup2(file, STDERR_FILENO) >= 0) {
            ::setpgid(0, 0);  // Ctrl-C is this process's
            ::execve("/proc/self/exe", arguments.data(), kept.data());
        }
        ::_exit(127);
    }
    if (pid_ < 0) {
        throw SystemError("load test", "its server cannot be started");
    }
    const Dial dial(address());
    const auto until = std::chrono::steady_clock::now() + kStarts;
    while (!dial.wait()) {
        const bool has_ended = ::waitpid(pid_, nullptr, WNOHANG) == pid_;
        if (has_ended || std::chrono::steady_clock::now() > until) {
            if (has_ended) {
                pid_ = 0;
            }
            throw SystemError("load test", "its server did not start: " + log_of(folder_));
        }
        std::this_thread::sleep_for(kPoll);
    }
}

void OwnSite::end_server(int signal) {
    if (pid_ > 0) {
        ::kill(pid_, signal);
        const auto until = std::chrono::steady_clock::now() + kStops;
        while (::waitpid(pid_, nullptr, WNOHANG) == 0) {
            if (std::chrono::steady_clock::now() > until) {  // it hangs
                ::kill(pid_, SIGKILL);
            }
            std::this_thread::sleep_for(kPoll);
        }
        pid_ = 0;
    }
}

void OwnSite::kill_and_restart() {
    end_server(SIGKILL);
    start_server();
}

void OwnSite::abandon() {
    if (const int server = pid_; server > 0) {
        ::kill(server, SIGKILL);
    }
    std::error_code problem;
    do {  // once more when somebody made a file meanwhile
        std::filesystem::remove_all(folder_, problem);
    } while (problem == std::errc::directory_not_empty);
}

void OwnSite::stop_redis() {
    redis_.stop();
}

void OwnSite::start_redis() {
    redis_.start();
}

}  // namespace tripos::loadtest
