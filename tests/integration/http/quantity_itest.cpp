// SPDX-License-Identifier: MIT
// Many of a thing: half-sent requests, bodies, chunks, slow readers - and that others are still
// served.
#include <gtest/gtest.h>
#include <poll.h>

#include <memory>
#include <thread>
#include <vector>

#include "raw_client.hpp"
#include "test_site.hpp"

namespace tripos::http::test {
namespace {

constexpr const char* kGreeting = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post_of(std::size_t length, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(length) +
           "\r\n\r\n" + body;
}

/// Clients whose request has arrived in part, for the server too.
std::vector<std::unique_ptr<RawClient>> half_sent(const TestSite& site, std::size_t count) {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t i = 0; i < count; ++i) {
        clients.push_back(std::make_unique<RawClient>(site.port()));
        clients.back()->send(
            "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n");
        EXPECT_EQ(clients.back()->receive(false).status, 100);
    }
    return clients;
}

TEST(Quantity, HalfRequestsOfOneClientAreBounded) {
    ServerOptions options;
    options.half_requests_per_address = 10;
    TestSite site(options);
    auto clients = half_sent(site, 10);
    RawClient late(site.port());
    late.send("POST /echo HTTP/1.1\r\nHos");
    const auto refused = late.receive();
    EXPECT_EQ(refused.status, 429) << refused.head;
    EXPECT_NE(refused.body.find("too_many_half_requests"), std::string::npos);
    EXPECT_EQ(refused.header("Retry-After"), "1");
    RawClient whole(site.port());
    EXPECT_EQ(whole.ask(kGreeting).status, 200) << "a whole request is no half one";
    EXPECT_EQ(clients.front()->ask("hello").body, "hello") << "who came first is served";
    EXPECT_EQ(half_sent(site, 1).size(), 1U) << "and leaves room";
}

TEST(Quantity, TrustedProxiesSpeakForMany) {
    ServerOptions options;
    options.half_requests_per_address = 10;
    options.trusted_proxies = {"127.0.0.1"};
    TestSite site(options);
    EXPECT_EQ(half_sent(site, 50).size(), 50U);
}

TEST(Quantity, BodiesTogetherAreBounded) {
    ServerOptions options;
    options.bodies_limit = 1000;
    TestSite site(options);
    std::vector<std::unique_ptr<RawClient>> clients;
    std::vector<pollfd> answered;
    for (int i = 0; i < 5; ++i) {
        clients.push_back(std::make_unique<RawClient>(site.port()));
        clients.back()->send(post_of(700, std::string(600, 'x')));
        answered.push_back({.fd = clients.back()->descriptor(), .events = POLLIN, .revents = 0});
    }
    // Two of these bodies do not fit together, so that somebody is refused while nobody is done.
    ASSERT_GT(::poll(answered.data(), answered.size(), 10'000), 0);
    int refused = 0;
    for (const auto& client : clients) {
        const auto answer = client->ask(std::string(100, 'x'));
        refused += answer.status == 503 ? 1 : 0;
        EXPECT_TRUE(answer.status == 503 || answer.body.size() == 700U) << answer.head;
    }
    EXPECT_GT(refused, 0);
    RawClient late(site.port());
    EXPECT_EQ(late.ask(post_of(700, std::string(700, 'x'))).status, 200)
        << "the room is given back";
}

TEST(Quantity, WhoSaysNothingKeepsNobodyOut) {
    ServerOptions options;
    options.connection_limit = 20;
    TestSite site(options);
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < 400; ++i) {
        silent.push_back(std::make_unique<RawClient>(site.port()));
    }
    int served = 0;
    for (int i = 0; i < 50; ++i) {
        for (int tries = 0; tries < 5; ++tries) {
            RawClient client(site.port());
            if (client.ask(kGreeting).status == 200) {
                ++served;
                break;
            }
        }
    }
    EXPECT_EQ(served, 50);
}

TEST(Quantity, ManySmallChunksAreABody) {
    TestSite site;
    std::string request = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 50'000; ++i) {
        request += "1\r\nx\r\n";
    }
    RawClient client(site.port());
    EXPECT_EQ(client.ask(request + "0\r\n\r\n").body, std::string(50'000, 'x'));
}

TEST(Quantity, AHeadMayComeByteByByte) {
    TestSite site;
    RawClient client(site.port());
    const std::string head =
        "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(2000, 'x') + "\r\n\r\n";
    for (const char byte : head) {
        client.send({&byte, 1});
    }
    EXPECT_EQ(client.receive().status, 200);
}

TEST(Quantity, AReaderThatGoesOnReadingGetsTheWholeOfALongAnswer) {
    ServerOptions options;
    options.write_timeout = std::chrono::seconds(1);
    TestSite site(options);
    RawClient client(site.port());
    client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    const std::size_t whole = std::size_t{32} << 20;
    std::size_t received = 0;
    std::vector<char> some(std::size_t{1} << 20);
    const auto began = std::chrono::steady_clock::now();
    while (received < whole) {
        // Slower than the limit as a whole, never silent for as long as it.
        std::this_thread::sleep_until(began + std::chrono::milliseconds(2500) * received / whole);
        const auto got = ::recv(client.descriptor(), some.data(), some.size(), 0);
        ASSERT_GT(got, 0) << "cut after " << received;
        received += static_cast<std::size_t>(got);
    }
    EXPECT_GT(std::chrono::steady_clock::now() - began, options.write_timeout);
}

TEST(Paths, AnEscapedSlashIsPartOfItsSegment) {
    TestSite site;
    RawClient client(site.port());
    EXPECT_EQ(client.ask("GET /item/a%2Fb%25 HTTP/1.1\r\nHost: a\r\n\r\n").body, "a/b%");
    EXPECT_EQ(client.ask("GET /item%2Fa HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
    EXPECT_EQ(client.ask("GET /%69tem/a HTTP/1.1\r\nHost: a\r\n\r\n").body, "a");
}

TEST(Bodies, ThatArePackedAreRefused) {
    TestSite site;
    RawClient client(site.port());
    const std::string head =
        "POST /api/echo HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        "Content-Length: 2\r\n";
    EXPECT_EQ(client.ask(head + "Content-Encoding: gzip\r\n\r\n{}").status, 415);
    EXPECT_EQ(client.ask(head + "Content-Encoding: identity\r\n\r\n{}").status, 200);
}

}  // namespace
}  // namespace tripos::http::test
