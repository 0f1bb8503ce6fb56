// SPDX-License-Identifier: MIT
#include "loadtest/own_site.hpp"

#include <arpa/inet.h>
#include <signal.h>
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
#include "core/exec_texts.hpp"
#include "core/own_program.hpp"
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
    std::vector<std::string> words{"serve"};
    for (const auto& [name, value] : settings_) {
        words.push_back("--set");
        words.push_back(name + "=" + value);
    }
    pid_ = start_own_program({.words = std::move(words),
                              .variables = variables_without_settings(),
                              .folder = folder_,
                              .signal_at_our_end = SIGKILL});
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
