// SPDX-License-Identifier: MIT
#include "web_sink.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>

#include "core/text.hpp"

namespace tripos::alerts::test {

std::string WebSink::Request::header(const std::string& name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string() : found->second;
}

WebSink::WebSink() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 16) != 0 ||
        ::getsockname(listener_, generic, &size) != 0) {
        throw std::runtime_error("no port for a web sink");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { serve(); });
}

WebSink::~WebSink() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
    for (const int connection : held_) {
        ::close(connection);
    }
}

std::string WebSink::url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
}

std::vector<WebSink::Request> WebSink::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}

void WebSink::serve() {
    for (int connection = ::accept(listener_, nullptr, nullptr); connection >= 0;
         connection = ::accept(listener_, nullptr, nullptr)) {
        answer(connection);
    }
}

void WebSink::answer(int connection) {
    std::string text;
    std::size_t wanted = std::string::npos;
    Request request;
    std::array<char, 4096> bytes{};
    while (text.size() < wanted) {
        const auto count = ::recv(connection, bytes.data(), bytes.size(), 0);
        if (count <= 0) {
            ::close(connection);
            return;
        }
        text.append(bytes.data(), static_cast<std::size_t>(count));
        const auto end = text.find("\r\n\r\n");
        if (wanted != std::string::npos || end == std::string::npos) {
            continue;
        }
        for (const auto line : split(std::string_view(text).substr(0, end), '\n')) {
            if (const auto colon = line.find(": "); colon != std::string_view::npos) {
                request.headers[to_lower(line.substr(0, colon))] = trim(line.substr(colon + 2));
            }
        }
        wanted = end + 4 +
                 static_cast<std::size_t>(parse_int(request.header("content-length")).value_or(0));
    }
    request.target = text.substr(0, text.find(" HTTP/"));
    request.body = text.substr(text.find("\r\n\r\n") + 4);
    const int status = status_;
    {
        const std::lock_guard lock(mutex_);
        requests_.push_back(std::move(request));
    }
    if (status == 0) {
        held_.push_back(connection);
        return;
    }
    const auto reply = "HTTP/1.1 " + std::to_string(status) +
                       " X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    ::send(connection, reply.data(), reply.size(), MSG_NOSIGNAL);
    ::close(connection);
}

}  // namespace tripos::alerts::test
