// SPDX-License-Identifier: MIT
#pragma once
// SmtpServer: smtp_server.py as a child process of this test program: a real SMTP server on
// loopback that behaves as the test says. The file smtp_server.py explains commands and rules. Not
// thread-safe.

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <boost/json.hpp>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace tripos::test {

class SmtpServer {
  public:
    SmtpServer() {
        std::array<int, 2> to_child{};
        std::array<int, 2> from_child{};
        if (::pipe2(to_child.data(), O_CLOEXEC) != 0 ||
            ::pipe2(from_child.data(), O_CLOEXEC) != 0) {
            throw std::runtime_error("no pipes for smtp_server.py");
        }
        const std::string script =
            std::filesystem::path(__FILE__).replace_filename("smtp_server.py").string();
        child_ = ::fork();
        if (child_ == 0) {
            ::prctl(PR_SET_PDEATHSIG, SIGKILL);
            ::dup2(to_child[0], STDIN_FILENO);
            ::dup2(from_child[1], STDOUT_FILENO);
            ::execl("/usr/bin/python3", "python3", script.c_str(), static_cast<char*>(nullptr));
            ::_exit(127);
        }
        ::close(to_child[0]);
        ::close(from_child[1]);
        input_ = ::fdopen(to_child[1], "w");
        output_ = ::fdopen(from_child[0], "r");
        port_ = static_cast<int>(read_answer().at("port").as_int64());
    }

    ~SmtpServer() {
        std::fclose(input_);  // the end of its input ends the server
        std::fclose(output_);
        ::waitpid(child_, nullptr, 0);
    }
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    int port() const { return port_; }
    std::string url() const { return "smtp://127.0.0.1:" + std::to_string(port_); }

    /// Sends one command and returns the answer.
    boost::json::object command(boost::json::object request) {
        const std::string line = boost::json::serialize(request) + "\n";
        if (std::fputs(line.c_str(), input_) < 0 || std::fflush(input_) != 0) {
            throw std::runtime_error("smtp_server.py has ended");
        }
        return read_answer();
    }

    /// Replaces the rules, for example [{"stage":"RCPT","reply":"451 4.3.0 later","times":1}].
    void rules(std::string_view json) {
        command({{"command", "rules"}, {"rules", boost::json::parse(json)}});
    }
    void listen(bool on) { command({{"command", "listen"}, {"on", on}}); }
    void require_login(std::string_view user, std::string_view password) {
        command({{"command", "auth"}, {"user", user}, {"password", password}});
    }
    boost::json::array messages() {
        return command({{"command", "messages"}}).at("messages").as_array();
    }
    /// What was accepted, once there are `count` messages or `seconds` have passed.
    boost::json::array wait_for(int count, double seconds) {
        return command({{"command", "wait"}, {"count", count}, {"seconds", seconds}})
            .at("messages")
            .as_array();
    }
    int connections() {
        return static_cast<int>(command({{"command", "stats"}}).at("connections").as_int64());
    }

  private:
    boost::json::object read_answer() {
        std::string line;
        for (int c = std::fgetc(output_); c != '\n'; c = std::fgetc(output_)) {
            if (c == EOF) {
                throw std::runtime_error(
                    "smtp_server.py has ended; is python3-aiosmtpd installed?");
            }
            line += static_cast<char>(c);
        }
        return boost::json::parse(line).as_object();
    }

    pid_t child_ = 0;
    std::FILE* input_ = nullptr;
    std::FILE* output_ = nullptr;
    int port_ = 0;
};

}  // namespace tripos::test
