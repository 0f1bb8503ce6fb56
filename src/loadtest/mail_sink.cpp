// SPDX-License-Identifier: MIT
#include "loadtest/mail_sink.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <mutex>
#include <thread>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "loadtest/dial.hpp"

namespace tripos::loadtest {

namespace {

/// What follows `before`, up to `after`.
std::string between(std::string_view text, std::string_view before, std::string_view after) {
    const auto start = text.find(before);
    if (start == std::string_view::npos) {
        return {};
    }
    text.remove_prefix(start + before.size());
    return std::string(text.substr(0, text.find(after)));
}

}  // namespace

class MailSink::Listener {
  public:
    Listener();
    ~Listener();

    std::uint16_t port() const { return port_; }
    std::vector<ArrivedMail> arrived() const {
        const std::scoped_lock lock(mutex_);
        return arrived_;
    }
    std::size_t count() const {
        const std::scoped_lock lock(mutex_);
        return arrived_.size();
    }

  private:
    struct Talk {
        Descriptor socket;
        std::string input;
        std::string recipient;
        bool is_in_data = false;
    };

    void run();
    bool hear(Talk& talk);
    std::string answer(Talk& talk, const std::string& line);

    const SystemClock clock_;
    Descriptor socket_;
    Descriptor stop_;
    std::uint16_t port_ = 0;
    std::vector<Talk> talks_;
    mutable std::mutex mutex_;
    std::vector<ArrivedMail> arrived_;
    std::thread thread_;
};

MailSink::Listener::Listener()
    : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), stop_(::eventfd(0, EFD_CLOEXEC)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* where = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_.get(), where, size) != 0 || ::listen(socket_.get(), SOMAXCONN) != 0 ||
        ::getsockname(socket_.get(), where, &size) != 0) {
        throw SystemError("load test", "there is no port for its mail relay");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
}

MailSink::Listener::~Listener() {
    ::eventfd_write(stop_.get(), 1);
    thread_.join();
}

void MailSink::Listener::run() {
    for (;;) {
        std::vector<pollfd> watched{{.fd = stop_.get(), .events = POLLIN, .revents = 0},
                                    {.fd = socket_.get(), .events = POLLIN, .revents = 0}};
        for (const auto& talk : talks_) {
            watched.push_back({.fd = talk.socket.get(), .events = POLLIN, .revents = 0});
        }
        ::poll(watched.data(), watched.size(), -1);
        if (watched[0].revents != 0) {
            return;
        }
        for (auto i = talks_.size(); i-- > 0;) {
            if (watched[i + 2].revents != 0 && !hear(talks_[i])) {
                talks_.erase(talks_.begin() + static_cast<std::ptrdiff_t>(i));
            }
        }
        if (watched[1].revents != 0) {
            Talk talk{
                .socket = Descriptor(::accept4(socket_.get(), nullptr, nullptr, SOCK_CLOEXEC)),
                .input = {},
                .recipient = {}};
            constexpr std::string_view kHello = "220 sink ESMTP\r\n";
            ::send(talk.socket.get(), kHello.data(), kHello.size(), MSG_NOSIGNAL);
            talks_.push_back(std::move(talk));
        }
    }
}

/// False: it is over.
bool MailSink::Listener::hear(Talk& talk) {
    std::array<char, 65536> chunk{};
    const auto count = ::recv(talk.socket.get(), chunk.data(), chunk.size(), 0);
    if (count <= 0) {
        return false;
    }
    talk.input.append(chunk.data(), static_cast<std::size_t>(count));
    std::string said;
    for (;;) {
        const std::string_view end = talk.is_in_data ? "\r\n.\r\n" : "\r\n";
        const auto found = talk.input.find(end);
        if (found == std::string::npos) {
            break;
        }
        const auto text = talk.input.substr(0, found + end.size());
        talk.input.erase(0, text.size());
        said += answer(talk, text);
    }
    return ::send(talk.socket.get(), said.data(), said.size(), MSG_NOSIGNAL) >= 0 &&
           !said.starts_with("221");
}

std::string MailSink::Listener::answer(Talk& talk, const std::string& line) {
    if (talk.is_in_data) {
        talk.is_in_data = false;
        ArrivedMail mail{.to = talk.recipient,
                         .subject = between(line, "\r\nSubject: ", "\r\n"),
                         .at = to_millis(clock_.now())};
        const std::scoped_lock lock(mutex_);
        arrived_.push_back(std::move(mail));
        return "250 2.0.0 ok\r\n";
    }
    if (line.starts_with("EHLO")) {
        return "250-sink\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 SMTPUTF8\r\n";
    }
    if (line.starts_with("DATA")) {
        talk.is_in_data = true;
        return "354 go on\r\n";
    }
    if (line.starts_with("RCPT")) {
        talk.recipient = between(line, "<", ">");
    }
    return line.starts_with("QUIT") ? "221 bye\r\n" : "250 ok\r\n";
}

MailSink::MailSink() : listener_(std::make_unique<Listener>()) {}

MailSink::~MailSink() = default;

std::uint16_t MailSink::port() const {
    return listener_->port();
}

std::size_t MailSink::count() const {
    return listener_->count();
}

std::vector<ArrivedMail> MailSink::arrived() const {
    return listener_->arrived();
}

}  // namespace tripos::loadtest
