// SPDX-License-Identifier: MIT
#include "app/control_client.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "core/error.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

/// A connected socket that closes itself.
class Socket {
  public:
    Socket() : fd_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {}
    ~Socket() { close(fd_); }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;

    bool connect_to(const std::string& path) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (path.size() >= sizeof address.sun_path) {
            return false;
        }
        std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
        return connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }

    void send_all(std::string_view bytes) {
        while (!bytes.empty()) {
            const auto sent = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent < 0) {
                throw SystemError("control socket", std::strerror(errno));
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    std::string receive_all() {
        std::string all;
        std::array<char, 65536> chunk{};
        for (;;) {
            const auto received = recv(fd_, chunk.data(), chunk.size(), 0);
            if (received < 0) {
                throw SystemError("control socket", std::strerror(errno));
            }
            if (received == 0) {
                return all;
            }
            all.append(chunk.data(), static_cast<std::size_t>(received));
        }
    }

  private:
    int fd_;
};

}  // namespace

std::optional<ControlAnswer> post_to_server(const std::string& socket_path, const std::string& path,
                                            const std::string& json) {
    Socket socket;
    if (!socket.connect_to(socket_path)) {
        return std::nullopt;
    }
    socket.send_all("POST " + path + " HTTP/1.1\r\nHost: tripos\r\nConnection: close\r\n" +
                    "Content-Type: application/json\r\nContent-Length: " +
                    std::to_string(json.size()) + "\r\n\r\n" + json);
    const auto reply = socket.receive_all();
    const auto head_end = reply.find("\r\n\r\n");
    const auto status =
        reply.size() >= 12 ? parse_int(std::string_view(reply).substr(9, 3)) : std::nullopt;
    if (head_end == std::string::npos || !status) {
        throw SystemError("control socket", "the server closed the connection without an answer");
    }
    return ControlAnswer{.status = static_cast<int>(*status), .body = reply.substr(head_end + 4)};
}

}  // namespace tripos::app
