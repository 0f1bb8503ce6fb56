// SPDX-License-Identifier: MIT
#pragma once
// RawClient: a blocking socket that sends bytes exactly as a test writes them. Every read has a
// time limit.

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <charconv>
#include <chrono>
#include <string>
#include <string_view>

namespace tripos::http::test {

/// One parsed response: the head as text, the body by its Content-Length.
struct Answer {
    int status = 0;  ///< 0: none came
    std::string head;
    std::string body;

    /// Value of a header; empty when absent.
    std::string header(std::string_view name) const {
        const auto at = head.find("\r\n" + std::string(name) + ": ");
        if (at == std::string::npos) {
            return "";
        }
        const auto begin = at + name.size() + 4;
        return head.substr(begin, head.find("\r\n", begin) - begin);
    }
};

class RawClient {
  public:
    explicit RawClient(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    explicit RawClient(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path.copy(address.sun_path, sizeof address.sun_path - 1);
        connected_ = ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    }
    ~RawClient() { ::close(fd_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    bool connected() const { return connected_; }
    int descriptor() const { return fd_; }

    void send(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (sent <= 0) {
                return;
            }
            bytes.remove_prefix(static_cast<std::size_t>(sent));
        }
    }

    /// The next response; status 0 when the server closes or the limit passes first.
    Answer receive(bool has_body = true) {
        Answer answer;
        std::size_t end = std::string::npos;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!fill()) {
                return answer;
            }
        }
        answer.head = buffer_.substr(0, end + 2);
        buffer_.erase(0, end + 4);
        std::size_t length = 0;
        const auto text = has_body ? answer.header("Content-Length") : "";
        std::from_chars(text.data(), text.data() + text.size(), length);
        while (buffer_.size() < length && fill()) {
        }
        answer.body = buffer_.substr(0, length);
        buffer_.erase(0, length);
        std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
        return answer;
    }

    Answer ask(std::string_view bytes, bool has_body = true) {
        send(bytes);
        return receive(has_body);
    }

    /// True when the server ends the connection, with nothing more to read.
    bool is_closed() { return buffer_.empty() && !fill() && has_ended_; }

    /// True when bytes can be read now; waits for none.
    bool has_bytes() const {
        pollfd poll_for{fd_, POLLIN, 0};
        return !buffer_.empty() || ::poll(&poll_for, 1, 0) > 0;
    }

  private:
    bool fill() {
        constexpr int limit_ms = 10'000;
        pollfd poll_for{fd_, POLLIN, 0};
        if (::poll(&poll_for, 1, limit_ms) <= 0) {
            return false;
        }
        char bytes[16 * 1024];
        const auto count = ::recv(fd_, bytes, sizeof bytes, 0);
        if (count <= 0) {
            has_ended_ = true;
            return false;
        }
        buffer_.append(bytes, static_cast<std::size_t>(count));
        return true;
    }

    int fd_;
    bool connected_ = false;
    bool has_ended_ = false;  ///< in place of being silent
    std::string buffer_;
};

}  // namespace tripos::http::test
