// SPDX-License-Identifier: MIT
// rediss:// against a redis-server that speaks nothing but TLS: what is accepted, what is refused,
// and what the log says about it.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <random>
#include <thread>

#include "async/io_threads.hpp"
#include "redis/client.hpp"
#include "support/test_certificates.hpp"
#include "support/test_redis.hpp"
#include "telemetry/log.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using test::TestCertificates;
using test::TestRedis;

constexpr std::string_view kPassword = "hush/hush";

/// Below those that the kernel gives away, so that no connection takes it before it is used.
std::uint16_t free_port() {
    std::random_device random;
    for (;;) {
        const auto port = std::uniform_int_distribution<std::uint16_t>(10'000, 32'000)(random);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const int taken = bind(probe, reinterpret_cast<const sockaddr*>(&address), sizeof address);
        close(probe);
        if (taken == 0) {
            return port;
        }
    }
}

const TestCertificates& certificates() {
    static const TestCertificates made;
    return made;
}

/// A redis-server on a TLS port, with the user `app` besides the default one.
class TlsRedis {
  public:
    /// `identity`: name of its certificate. `asks`: whether clients must have one.
    explicit TlsRedis(const std::string& identity = "server", const std::string& asks = "no")
        : port_(free_port()),
          server_(TestRedis::Persistence::none,
                  "bind 127.0.0.1\ntls-port " + std::to_string(port_) + "\ntls-cert-file " +
                      certificates().path(identity + ".pem") + "\ntls-key-file " +
                      certificates().path(identity + ".key") + "\ntls-ca-cert-file " +
                      certificates().path("ca.pem") + "\ntls-auth-clients " + asks +
                      "\nuser app on >" + std::string(kPassword) +
                      " ~app:* &* +@all -client|setname\n") {}

    std::string url(const std::string& more = {}, const std::string& host = "localhost",
                    const std::string& credentials = "app:hush%2Fhush") const {
        return "rediss://" + credentials + "@" + host + ":" + std::to_string(port_) +
               "/3?cacert=" + certificates().path("ca.pem") + more;
    }
    int port() const { return port_; }
    TestRedis& server() { return server_; }

  private:
    int port_;
    TestRedis server_;
};

/// One client at `url`; what becomes of it.
class Visit {
  public:
    explicit Visit(const std::string& url) : threads_(1), recording_() {
        ConnectionOptions options;
        options.endpoint = *parse_url(url);
        options.client_name = "itest";
        options.command_limit = 1s;
        client_ = std::make_unique<Client>(threads_.all(), options);
        threads_.start();
        client_->start();
    }
    ~Visit() {
        run_blocking(threads_.background(), client_->stop());
        threads_.stop();
    }
    Visit(const Visit&) = delete;
    Visit& operator=(const Visit&) = delete;

    Reply command(Arguments arguments) {
        return run_blocking(threads_.background(), client_->command(std::move(arguments)));
    }
    /// Waits for the log to say that the server cannot be used, and returns what it said.
    std::string refusal() {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while (recording_.text().find("server unreachable") == std::string::npos &&
               std::chrono::steady_clock::now() < deadline) {
            std::this_thread::sleep_for(2ms);
        }
        EXPECT_FALSE(client_->is_connected());
        EXPECT_EQ(recording_.text().find(kPassword), std::string::npos);
        return recording_.text();
    }

  private:
    IoThreads threads_;
    log::Recording recording_;
    std::unique_ptr<Client> client_;
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(RedisTls, SpeaksWithAVerifiedServerAsItsUserInItsDatabase) {
    TlsRedis redis;
    Visit visit(redis.url());
    EXPECT_EQ(visit.command({"SET", "app:k", std::string(1'000'000, 'x')}).text, "OK");
    EXPECT_EQ(visit.command({"GET", "app:k"}).text.size(), 1'000'000U);
    EXPECT_EQ(visit.command({"ACL", "WHOAMI"}).text, "app");
    EXPECT_TRUE(has(visit.command({"CLIENT", "INFO"}).text, " db=3 "));
    EXPECT_TRUE(visit.command({"GET", "foreign"}).text.starts_with("NOPERM"));
}

TEST(RedisTls, AcceptsAnAddressThatStandsInTheCertificate) {
    TlsRedis redis;
    EXPECT_EQ(Visit(redis.url({}, "127.0.0.1")).command({"PING"}).text, "PONG");
}

TEST(RedisTls, ExpectsTheNameOfSniInPlaceOfTheHost) {
    TlsRedis redis("elsewhere");
    EXPECT_EQ(Visit(redis.url("&sni=elsewhere.example")).command({"PING"}).text, "PONG");
}

TEST(RedisTls, RefusesAServerWithAnotherName) {
    TlsRedis redis("elsewhere");
    Visit visit(redis.url());
    const auto log = visit.refusal();
    EXPECT_TRUE(has(log, "certificate is not accepted: hostname mismatch")) << log;
    EXPECT_THROW(visit.command({"PING"}), Unavailable);
}

TEST(RedisTls, RefusesACertificateThatHasExpired) {
    TlsRedis redis("expired");
    const auto log = Visit(redis.url()).refusal();
    EXPECT_TRUE(has(log, "certificate is not accepted: certificate has expired")) << log;
}

TEST(RedisTls, RefusesAnAuthorityItDoesNotKnow) {
    TlsRedis redis;
    const auto stranger = "rediss://localhost:" + std::to_string(redis.port()) +
                          "?cacert=" + certificates().path("stranger-ca.pem");
    const auto log = Visit(stranger).refusal();
    EXPECT_TRUE(has(log, "certificate is not accepted")) << log;
    const auto of_the_system = "rediss://localhost:" + std::to_string(redis.port());
    EXPECT_TRUE(has(Visit(of_the_system).refusal(), "certificate is not accepted"));
}

TEST(RedisTls, TakesAnyServerOnlyWhenToldTo) {
    TlsRedis redis("expired");
    const auto careless = "rediss://localhost:" + std::to_string(redis.port()) + "?verify=off";
    EXPECT_EQ(Visit(careless).command({"PING"}).text, "PONG");
}

TEST(RedisTls, ShowsItsOwnCertificateToAServerThatAsks) {
    TlsRedis redis("server", "yes");
    const auto own =
        "&cert=" + certificates().path("client.pem") + "&key=" + certificates().path("client.key");
    EXPECT_EQ(Visit(redis.url(own)).command({"PING"}).text, "PONG");
    Visit stranger(redis.url());
    stranger.refusal();
    EXPECT_THROW(stranger.command({"PING"}), Unavailable);
}

TEST(RedisTls, SaysThatThePasswordIsWrongWithoutShowingIt) {
    TlsRedis redis;
    const auto log = Visit(redis.url({}, "localhost", "app:hush%2Fhush2")).refusal();
    EXPECT_TRUE(has(log, "WRONGPASS")) << log;
    EXPECT_FALSE(has(log, "hush")) << log;
}

TEST(RedisTls, ComesBackAfterARestart) {
    TlsRedis redis;
    Visit visit(redis.url());
    visit.command({"PING"});
    redis.server().restart();
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    std::string answer;
    while (answer != "PONG" && std::chrono::steady_clock::now() < deadline) {
        try {
            answer = visit.command({"PING"}).text;
        } catch (const Unavailable&) {
            std::this_thread::sleep_for(5ms);
        }
    }
    EXPECT_EQ(answer, "PONG");
}

TEST(RedisTls, NamesTheFileThatCannotBeUsed) {
    const auto check = [](const std::string& parameters) {
        const auto endpoint = parse_url("rediss://h?" + parameters);
        const auto outcome = check_tls_files(endpoint->tls);
        return outcome ? std::string("fine") : outcome.error().message;
    };
    const auto& files = certificates();
    EXPECT_EQ(check("cacert=" + files.path("ca.pem")), "fine");
    EXPECT_TRUE(has(check("cacert=/nowhere.pem"), "cacert /nowhere.pem cannot be used: No such"));
    EXPECT_TRUE(has(check("cert=" + files.path("client.pem") + "&key=" + files.path("server.key")),
                    "key " + files.path("server.key") + " cannot be used: key values mismatch"));
}

}  // namespace
}  // namespace tripos::redis
