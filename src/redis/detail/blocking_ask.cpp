// SPDX-License-Identifier: MIT
#include "redis/detail/blocking_ask.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

namespace tripos::redis {

std::string blocking_ask(const std::string& socket_path, std::string_view inline_command) {
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return {};
    }
    const timeval limit{.tv_sec = 1, .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    socket_path.copy(address.sun_path, sizeof address.sun_path - 1);
    const std::string request = std::string(inline_command) + "\r\n";
    std::string reply;
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
        send(fd, request.data(), request.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(request.size())) {
        char buffer[256];
        const ssize_t count = recv(fd, buffer, sizeof buffer, 0);
        if (count > 0) {
            reply.assign(buffer, static_cast<std::size_t>(count));
        }
    }
    close(fd);
    return reply;
}

}  // namespace tripos::redis
