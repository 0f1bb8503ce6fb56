// SPDX-License-Identifier: MIT
// Starting, stopping, listeners, and many connections at once.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <filesystem>
#include <future>
#include <memory>
#include <vector>

#include "core/error.hpp"
#include "raw_client.hpp"
#include "test_site.hpp"

namespace tripos::http::test {
namespace {

constexpr const char* kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

/// A path that is free and short enough for a socket.
std::string socket_path() {
    return std::filesystem::temp_directory_path() /
           ("tripos-http-" + std::to_string(::getpid()) + ".sock");
}

TEST(Server, LetsRequestsInFlightFinishAndClosesIdleConnections) {
    TestSite site;
    RawClient busy(site.port());
    RawClient partial(site.port());
    RawClient idle(site.port());
    EXPECT_EQ(idle.ask(kHello).status, 200);
    EXPECT_EQ(partial.ask(kHello).status, 200);
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    partial.send("GET /hello HTTP/1.1\r\n");
    while (site.gate.entered == 0) {
        std::this_thread::yield();
    }
    auto stopped = std::async(std::launch::async, [&] { site.stop(std::chrono::seconds(20)); });
    EXPECT_TRUE(idle.is_closed());
    EXPECT_FALSE(busy.has_bytes());
    EXPECT_FALSE(RawClient(site.port()).connected());
    const auto answer = partial.ask("Host: a\r\n\r\n");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Connection"), "close");
    site.gate.open = true;
    const auto late = busy.receive();
    EXPECT_EQ(late.body, "done");
    EXPECT_EQ(late.header("Connection"), "close");
    EXPECT_TRUE(busy.is_closed());
    stopped.get();
    site.stop(std::chrono::seconds(1));
}

TEST(Server, HearsWhoHasOnlyJustConnectedWhenItStops) {
    TestSite site;
    RawClient busy(site.port());
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    while (site.gate.entered == 0) {
        std::this_thread::yield();
    }
    RawClient idle(site.port());
    EXPECT_EQ(idle.ask(kHello).status, 200);
    RawClient fresh(site.port());
    RawClient silent(site.port());
    auto stopped = std::async(std::launch::async, [&] { site.stop(std::chrono::seconds(20)); });
    EXPECT_TRUE(idle.is_closed()) << "it is stopping";
    const auto answer = fresh.ask(kHello);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(silent.is_closed()) << "but not for long";
    site.gate.open = true;
    EXPECT_EQ(busy.receive().body, "done");
    stopped.get();
}

TEST(Server, StampsARequestWithTheArrivalOfItsLastByte) {
    const std::string head =
        "POST /arrival HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
        "Content-Length: 4\r\n\r\n";
    TestSite site;
    const auto arrival_of = [](const auto& answer) { return from_millis(std::stoll(answer.body)); };
    RawClient slow(site.port());
    slow.send(head + "{ ");
    const auto before_the_last = site.clock.now();
    const auto answer = slow.ask("} ");
    EXPECT_GE(arrival_of(answer), before_the_last);

    RawClient behind(site.port());
    behind.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n" + head + "{ } ");
    while (site.gate.entered == 0) {
        std::this_thread::yield();
    }
    const auto all_there = site.clock.now();
    while (site.clock.now() == all_there) {
        std::this_thread::yield();
    }
    site.gate.open = true;
    EXPECT_EQ(behind.receive().body, "done");
    EXPECT_LE(arrival_of(behind.receive()), all_there) << "not when its turn came";
}

TEST(Server, ServesWhoHadConnectedBeforeTheListenerCloses) {
    TestSite site;
    std::promise<void> resume;
    auto wait = [resumed = resume.get_future().share()] { resumed.wait(); };
    asio::post(site.threads.request(0), wait);  // the acceptor's context: nothing is accepted now
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
        clients.push_back(std::make_unique<RawClient>(site.port()));
        clients.back()->send(kHello);
    }
    auto stopped = std::async(std::launch::async, [&] { site.stop(std::chrono::seconds(20)); });
    while (!site.server->is_stopping()) {
        std::this_thread::yield();
    }
    resume.set_value();
    for (const auto& client : clients) {
        EXPECT_EQ(client->receive().status, 200);
    }
    stopped.get();
}

TEST(Server, CutsWhatOutlivesTheGracePeriod) {
    TestSite site;
    RawClient busy(site.port());
    busy.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    while (site.gate.entered == 0) {
        std::this_thread::yield();
    }
    site.stop(std::chrono::milliseconds(50));
    EXPECT_TRUE(busy.is_closed());
}

TEST(Server, StopsBeforeItStarted) {
    Metrics metrics;
    IoThreads threads(1);
    Router router;
    const SystemClock clock;
    Server server(threads, router, {}, clock, metrics);
    threads.start();
    run_blocking(threads.background(), server.stop(std::chrono::seconds(1)));
}

TEST(Server, NamesThePortThatIsInUseAndTheCure) {
    TestSite site;
    Metrics metrics;
    IoThreads threads(1);
    ServerOptions options;
    options.endpoint.port = site.port();
    Server second(threads, site.router, options, site.clock, metrics);
    try {
        second.start();
        FAIL() << "bound a port that is in use";
    } catch (const SystemError& failure) {
        EXPECT_EQ(std::string(failure.what()), "http: port " + std::to_string(site.port()) +
                                                   " is already in use; stop the other program "
                                                   "or set PORT");
    }
}

TEST(Server, RefusesATrustedProxyThatIsNoAddress) {
    const SystemClock clock;
    Metrics metrics;
    IoThreads threads(1);
    Router router;
    ServerOptions options;
    options.trusted_proxies = {"nginx"};
    EXPECT_THROW(Server(threads, router, options, clock, metrics), SystemError);
}

TEST(Server, ServesAUnixSocketForItsOwnerOnly) {
    const auto path = socket_path();
    TestSite site;
    site.server->start_unix(path, site.router);
    struct stat info {};
    ASSERT_EQ(::stat(path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600U);
    {
        RawClient client(path);
        EXPECT_EQ(client.ask("GET /who HTTP/1.1\r\nHost: a\r\n\r\n").body, "local local plain");
    }
    Metrics metrics;
    IoThreads threads(1);
    Server other(threads, site.router, {}, site.clock, metrics);
    EXPECT_THROW(other.start_unix(path, site.router), SystemError);
    site.stop(std::chrono::seconds(1));
    EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(Server, ReplacesASocketFileThatACrashLeftBehind) {
    const auto path = socket_path();
    const int crashed = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    ASSERT_EQ(::bind(crashed, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::close(crashed);
    TestSite site;
    site.server->start_unix(path, site.router);
    EXPECT_EQ(RawClient(path).ask(kHello).status, 200);
}

TEST(Server, ServesAThousandConnectionsAtOnce) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::min<rlim_t>(limit.rlim_max, 8192);
    ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &limit), 0);
    TestSite site;
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 1000; ++i) {
        clients.push_back(std::make_unique<RawClient>(site.port()));
        ASSERT_TRUE(clients.back()->connected()) << i;
    }
    for (int round = 0; round < 2; ++round) {
        for (auto& client : clients) {
            client->send(kHello);
        }
        for (auto& client : clients) {
            ASSERT_EQ(client->receive().status, 200);
        }
    }
    EXPECT_NE(site.metrics.render().find("tripos_http_connections 1000"), std::string::npos);
}

TEST(Server, EndsAConnectionAfterItsShareOfRequests) {
    ServerOptions options;
    options.requests_per_connection = 3;
    TestSite site(options);
    RawClient client(site.port());
    client.send(std::string(kHello) + kHello + kHello + kHello);
    EXPECT_EQ(client.receive().header("Connection"), "");
    EXPECT_EQ(client.receive().header("Connection"), "");
    EXPECT_EQ(client.receive().header("Connection"), "close");
    EXPECT_TRUE(client.is_closed()) << "what is pipelined behind is not answered";
}

TEST(Server, EndsAConnectionOfAge) {
    ServerOptions options;
    options.connection_age = std::chrono::seconds(0);
    TestSite site(options);
    RawClient client(site.port());
    const auto answer = client.ask(kHello);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Connection"), "close");
    EXPECT_TRUE(client.is_closed());
}

TEST(Server, WaitsForAReaderBeforeItAnswersMore) {
    TestSite site;
    RawClient client(site.port());
    std::string burst;
    for (int i = 0; i < 8; ++i) {
        burst += "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";
    }
    client.send(burst);
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!client.has_bytes() && std::chrono::steady_clock::now() < limit) {
        std::this_thread::yield();
    }
    // The first answer is larger than the socket's buffers, so the second was not begun.
    EXPECT_EQ(site.metrics.render().find(R"(route="/big")"), std::string::npos);
    EXPECT_EQ(client.receive().body.size(), std::size_t{32} << 20);
    EXPECT_EQ(client.receive().body.size(), std::size_t{32} << 20);
}

TEST(Server, ClosesConnectionsBeyondTheLimit) {
    ServerOptions options;
    options.connection_limit = 2;
    options.half_requests_per_address = 2;
    TestSite site(options);
    const std::string begun =
        "POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n";
    RawClient first(site.port());
    RawClient second(site.port());
    for (auto* client : {&first, &second}) {
        client->send(begun);
        EXPECT_EQ(client->receive(false).status, 100);
    }
    RawClient third(site.port());
    EXPECT_TRUE(third.is_closed()) << "both are busy";
    EXPECT_EQ(first.ask("ab").body, "ab");
    EXPECT_EQ(second.ask("ab").body, "ab");
}

}  // namespace
}  // namespace tripos::http::test
