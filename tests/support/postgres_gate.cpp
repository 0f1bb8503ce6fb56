// SPDX-License-Identifier: MIT
#include "support/postgres_gate.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <stdexcept>
#include <string_view>

namespace tripos::test {

namespace {

constexpr std::string_view kSocketName = "/.s.PGSQL.5432";
constexpr int kTick = 10;  // milliseconds until a change of mode or the end is noticed
// https://www.postgresql.org/docs/current/protocol-message-formats.html
constexpr std::size_t kParseHead = 6;   // 'P', length, the empty name
constexpr std::size_t kAnswerHead = 5;  // 'C', length

int open_socket(const std::string& path, bool listening) {
    const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    const bool done = listening ? bind(file, generic, sizeof address) == 0 && listen(file, 64) == 0
                                : connect(file, generic, sizeof address) == 0;
    if (!done) {
        close(file);
        return -1;
    }
    return file;
}

bool is_readable(int file) {
    pollfd waiting{.fd = file, .events = POLLIN, .revents = 0};
    return poll(&waiting, 1, kTick) > 0;
}

}  // namespace

PostgresGate::PostgresGate(const std::string& url)
    : folder_((std::filesystem::temp_directory_path() / "tripos-gate-XXXXXX").string()) {
    constexpr std::string_view parameter = "?host=";
    const auto at = url.find(parameter);
    if (at == std::string::npos || mkdtemp(folder_.data()) == nullptr) {
        throw std::runtime_error("no gate for " + url);
    }
    server_path_ = url.substr(at + parameter.size()) + std::string(kSocketName);
    url_ = url.substr(0, at + parameter.size()) + folder_;
    const int listener = open_socket(folder_ + std::string(kSocketName), true);
    acceptor_ = std::jthread([this, listener] { accept_loop(listener); });
}

PostgresGate::~PostgresGate() {
    stopping_ = true;
    acceptor_.join();
    threads_.clear();
    std::filesystem::remove_all(folder_);
}

void PostgresGate::set(Mode mode, Mode then) {
    then_ = then;
    mode_ = mode;
}

void PostgresGate::accept_loop(int listener) {
    while (!stopping_) {
        if (!is_readable(listener)) {
            continue;
        }
        const int client = accept4(listener, nullptr, nullptr, SOCK_CLOEXEC);
        const int server = mode_ == Mode::shut ? -1 : open_socket(server_path_, false);
        if (server < 0) {
            close(client);
            continue;
        }
        threads_.emplace_back([this, client, server] { pass(client, server); });
    }
    close(listener);
}

void PostgresGate::pass(int client, int server) {
    bool alive = true;
    while (alive && !stopping_) {
        std::array<pollfd, 2> both{pollfd{.fd = client, .events = POLLIN, .revents = 0},
                                   pollfd{.fd = server, .events = POLLIN, .revents = 0}};
        if (mode_ == Mode::frozen) {
            std::this_thread::sleep_for(std::chrono::milliseconds(kTick));
            continue;
        }
        poll(both.data(), both.size(), kTick);
        if (both[0].revents != 0) {
            alive = forward(client, server, true);
        }
        if (alive && both[1].revents != 0) {
            alive = forward(server, client, false);
        }
    }
    close(client);
    close(server);
}

bool PostgresGate::forward(int from, int to, bool from_client) {
    std::array<char, 64 << 10> buffer{};
    const auto count = recv(from, buffer.data(), buffer.size(), 0);
    if (count <= 0) {
        return false;
    }
    std::string_view data(buffer.data(), static_cast<std::size_t>(count));
    const auto losing = from_client ? Mode::lose_commit : Mode::lose_commit_answer;
    const auto commit =
        mode_ == losing ? data.find(std::string_view("COMMIT\0", 7)) : std::string_view::npos;
    const bool cut = commit != std::string_view::npos;
    if (cut) {
        data = data.substr(0, commit - (from_client ? kParseHead : kAnswerHead));
    }
    while (!data.empty()) {
        const auto sent = send(to, data.data(), data.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        data.remove_prefix(static_cast<std::size_t>(sent));
    }
    if (cut && from_client && is_readable(to)) {
        forward(to, from, false);  // the answer to what came before the COMMIT
    }
    if (cut) {
        mode_ = then_.load();
    }
    return !cut;
}

}  // namespace tripos::test
