// SPDX-License-Identifier: MIT
#include "loadtest/dial.hpp"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <string_view>
#include <utility>

#include "core/error.hpp"

namespace tripos::loadtest {

namespace {

bool send_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const auto sent = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) {
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

std::string receive_all(int fd) {
    std::string all;
    std::array<char, 65536> chunk{};
    for (;;) {
        const auto received = ::recv(fd, chunk.data(), chunk.size(), 0);
        if (received <= 0) {
            return all;
        }
        all.append(chunk.data(), static_cast<std::size_t>(received));
    }
}

}  // namespace

Descriptor::Descriptor(Descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    reset();
    fd_ = std::exchange(other.fd_, -1);
    return *this;
}

void Descriptor::reset() {
    if (fd_ >= 0) {
        ::close(std::exchange(fd_, -1));
    }
}

Dial::Dial(const Address& address) : port_(htons(address.port)) {
    addrinfo hints{};
    hints.ai_family = AF_INET;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address.host.c_str(), nullptr, &hints, &found) != 0) {
        throw SystemError("load test", address.host + " is not known");
    }
    ip_ = reinterpret_cast<const sockaddr_in*>(found->ai_addr)->sin_addr.s_addr;
    ::freeaddrinfo(found);
}

Descriptor Dial::open(int flags) const {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = port_;
    to.sin_addr.s_addr = ip_;
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 &&
        errno != EINPROGRESS) {
        return {};
    }
    return socket;
}

Descriptor Dial::start() const {
    return open(SOCK_NONBLOCK);
}

Descriptor Dial::wait() const {
    return open(0);
}

std::string head_of(const char* method, const std::string& path, const std::string& token) {
    auto head = std::string(method) + ' ' + path + " HTTP/1.1\r\nHost: tripos\r\n";
    if (!token.empty()) {
        head += "Authorization: Bearer " + token + "\r\n";
    }
    return head;
}

Answer ask(const Dial& dial, const char* method, const std::string& path, const std::string& token,
           const std::string& body) {
    const auto socket = dial.wait();
    const timeval patience{.tv_sec = 60, .tv_usec = 0};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    const auto text = head_of(method, path, token) + "Connection: close\r\n" +
                      (body.empty() ? "" : "Content-Type: application/json\r\n") +
                      "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    if (!socket || !send_all(socket.get(), text)) {
        return {};
    }
    const auto reply = receive_all(socket.get());
    const auto end = reply.find("\r\n\r\n");
    if (end == std::string::npos || !reply.starts_with("HTTP/1.1 ")) {
        return {};
    }
    return {.status = std::atoi(reply.c_str() + 9), .body = reply.substr(end + 4)};
}

}  // namespace tripos::loadtest
