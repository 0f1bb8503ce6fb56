// SPDX-License-Identifier: MIT
#include "app/service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstring>

#include "app/start_failure.hpp"
#include "core/text.hpp"

namespace tripos::app {

namespace {

constexpr int kFirstSocket = 3;  // SD_LISTEN_FDS_START

std::string text_of(const settings::Values& environment, const char* name) {
    const auto found = environment.find(name);
    return found == environment.end() ? std::string() : found->second;
}

/// Variables that name another process are left over from one before us.
bool is_meant(const settings::Values& environment, const char* name) {
    const auto pid = text_of(environment, name);
    return pid.empty() || parse_int(pid) == getpid();
}

std::optional<int> listener_of(const settings::Values& environment) {
    const auto count = parse_int(text_of(environment, "LISTEN_FDS"));
    if (!count || *count == 0 || !is_meant(environment, "LISTEN_PID")) {
        return std::nullopt;
    }
    int listens = 0;
    socklen_t size = sizeof listens;
    const bool is_listener =
        getsockopt(kFirstSocket, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) == 0 && listens != 0;
    if (*count != 1 || !is_listener) {
        throw StartFailure(ExitCode::bad_settings,
                           "the service manager passes " + std::to_string(*count) +
                               " sockets; give it one ListenStream, for HTTP");
    }
    fcntl(kFirstSocket, F_SETFD, FD_CLOEXEC);
    return kFirstSocket;
}

/// A quarter of what it allows: one lost look is no alarm.
std::optional<std::chrono::milliseconds> watchdog_of(const settings::Values& environment) {
    const auto limit = parse_int(text_of(environment, "WATCHDOG_USEC"));
    if (!limit || *limit <= 0 || !is_meant(environment, "WATCHDOG_PID")) {
        return std::nullopt;
    }
    const auto quarter = std::chrono::microseconds(*limit / 4);
    return std::max(std::chrono::duration_cast<std::chrono::milliseconds>(quarter),
                    std::chrono::milliseconds(1));
}

}  // namespace

ServiceManager::ServiceManager(const settings::Values& environment)
    : address_(text_of(environment, "NOTIFY_SOCKET")),
      listener_(listener_of(environment)),
      watchdog_(watchdog_of(environment)) {}

void ServiceManager::tell(std::string_view news) const {
    sockaddr_un to{};
    if (address_.empty() || address_.size() >= sizeof to.sun_path) {
        return;
    }
    to.sun_family = AF_UNIX;
    std::memcpy(to.sun_path, address_.data(), address_.size());
    if (to.sun_path[0] == '@') {
        to.sun_path[0] = '\0';  // an abstract address
    }
    const int out = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (out >= 0) {
        const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address_.size());
        sendto(out, news.data(), news.size(), MSG_NOSIGNAL, reinterpret_cast<sockaddr*>(&to), size);
        close(out);
    }
}

}  // namespace tripos::app
