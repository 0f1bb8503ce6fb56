// SPDX-License-Identifier: MIT
#include "loadtest/sender.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <thread>

#include "core/clock.hpp"

namespace tripos::loadtest {
namespace {

/// Takes one request of each of so many connections: it lets in whoever has the token "good".
class Door {
  public:
    explicit Door(int connections) : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* where = reinterpret_cast<sockaddr*>(&address);
        EXPECT_EQ(::bind(listener_.get(), where, size), 0);
        EXPECT_EQ(::listen(listener_.get(), connections), 0);
        EXPECT_EQ(::getsockname(listener_.get(), where, &size), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this, connections] {
            for (int i = 0; i < connections; ++i) {
                answer(Descriptor(::accept(listener_.get(), nullptr, nullptr)));
            }
        });
    }

    Address address() const { return {.host = "127.0.0.1", .port = port_}; }

  private:
    static void answer(const Descriptor& connection) {
        std::array<char, 4096> chunk{};
        std::string request;
        while (request.find("\r\n\r\n") == std::string::npos) {
            const auto count = ::recv(connection.get(), chunk.data(), chunk.size(), 0);
            if (count <= 0) {
                return;
            }
            request.append(chunk.data(), static_cast<std::size_t>(count));
        }
        const bool is_good = request.find("Bearer good\r\n") != std::string::npos;
        const auto reply = std::string("HTTP/1.1 ") + (is_good ? "200 OK" : "403 Forbidden") +
                           "\r\nContent-Length: 2\r\n\r\n{}";
        ::send(connection.get(), reply.data(), reply.size(), MSG_NOSIGNAL);
    }

    const Descriptor listener_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

TEST(Sender, KnowsWhoWasLetInAndBlamesNobodyForFiguresThatAreNotTold) {
    const Door door(3);
    const Dial dial(door.address());
    Subject subject;
    subject.tokens = {"good", "bad"};
    Sender sender(dial, subject, {.tries = 1}, [](const Step&, auto) {});
    sender.run({{.at = 0, .candidate = 0, .ask = Ask::start},
                {.at = 0, .candidate = 1, .ask = Ask::start},
                {.at = 0, .candidate = 2, .ask = Ask::metrics}},
               to_millis(SystemClock().now()));
    EXPECT_EQ(sender.let_in(), (std::vector<bool>{true, false}));
    EXPECT_EQ(sender.tally().of(Ask::start).wrong, 1);
    EXPECT_EQ(sender.tally().of(Ask::metrics).done, 1);
    EXPECT_EQ(sender.tally().of(Ask::metrics).wrong, 0);
}

}  // namespace
}  // namespace tripos::loadtest
