// SPDX-License-Identifier: MIT
#include "redis/tracking.hpp"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <mutex>
#include <thread>

#include "async/io_threads.hpp"
#include "redis/client.hpp"
#include "redis/resp.hpp"
#include "support/run.hpp"
#include "support/test_redis.hpp"

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using test::TestRedis;

class RecordingListener final : public TrackingListener {
  public:
    void on_up(Announcements announcements) override {
        constexpr std::array kNames{"plain", "tracking", "tracking beside"};
        note(kNames[static_cast<std::size_t>(announcements)]);
    }
    void on_changed(std::string_view key) override { note("changed " + std::string(key)); }
    void on_all_changed() override { note("all changed"); }
    void on_lost() override { note("lost"); }

    std::string heard() const {
        const std::lock_guard lock(mutex_);
        return heard_;
    }
    bool await(const std::string& text) const {
        const auto deadline = std::chrono::steady_clock::now() + 10s;
        while (std::chrono::steady_clock::now() < deadline) {
            if (heard().find(text) != std::string::npos) {
                return true;
            }
            std::this_thread::sleep_for(1ms);
        }
        return false;
    }

  private:
    void note(const std::string& what) {
        const std::lock_guard lock(mutex_);
        heard_ += what + "; ";
    }

    mutable std::mutex mutex_;
    std::string heard_;
};

class Tracked {
  public:
    explicit Tracked(const TestRedis& server) : threads_(1) {
        ConnectionOptions options;
        options.endpoint = *parse_url(server.url());
        client_ = std::make_unique<Client>(threads_.all(), options);
        reader_ = client_->tracking(threads_.background(), listener_);
        threads_.start();
        reader_->start();
    }
    ~Tracked() {
        run_blocking(threads_.background(), reader_->stop());
        threads_.stop();
    }
    Tracked(const Tracked&) = delete;
    Tracked& operator=(const Tracked&) = delete;

    std::vector<Reply> read(const std::string& key) {
        std::vector<Arguments> commands;
        commands.push_back({"CLIENT", "CACHING", "YES"});
        commands.push_back({"GET", key});
        return run_blocking(threads_.background(), reader_->pipeline(std::move(commands)));
    }
    RecordingListener& listener() { return listener_; }

  private:
    IoThreads threads_;
    RecordingListener listener_;
    std::unique_ptr<Client> client_;
    std::unique_ptr<Connection> reader_;
};

TEST(Tracking, AnnouncesEveryKindOfChangeOfWhatWasRead) {
    TestRedis server;
    Tracked bundle(server);
    ASSERT_TRUE(bundle.listener().await("tracking"));
    for (const auto& change : std::vector<std::vector<std::string>>{
             {"SET", "k", "v"}, {"UNLINK", "k"}, {"SET", "k", "v", "PX", "30"}}) {
        bundle.read("k");
        server.raw(change);
        ASSERT_TRUE(bundle.listener().await("changed k"));
    }
    bundle.read("k");
    server.flush();
    EXPECT_TRUE(bundle.listener().await("all changed"));
}

TEST(Tracking, SaysNothingOfKeysItWasNotAskedToTrack) {
    TestRedis server;
    Tracked bundle(server);
    ASSERT_TRUE(bundle.listener().await("tracking"));
    bundle.read("tracked");
    server.raw({"SET", "other", "v"});
    server.raw({"SET", "tracked", "v"});
    ASSERT_TRUE(bundle.listener().await("changed tracked"));
    EXPECT_EQ(bundle.listener().heard().find("other"), std::string::npos);
}

TEST(Tracking, TellsOfTheLossAndTracksAgainAfterwards) {
    TestRedis server;
    Tracked bundle(server);
    ASSERT_TRUE(bundle.listener().await("tracking"));
    server.raw({"CLIENT", "KILL", "TYPE", "normal"});
    ASSERT_TRUE(bundle.listener().await("lost; tracking"));
    bundle.read("k");
    server.raw({"SET", "k", "v"});
    EXPECT_TRUE(bundle.listener().await("changed k"));
}

/// A server of the old protocol that ends the first feed in the very moment in which it agrees to
/// announce over it.
class ServerThatLosesItsFeed {
  public:
    ServerThatLosesItsFeed()
        : acceptor_(context_, asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        asio::co_spawn(context_, accept(*this), asio::detached);
        thread_ = std::jthread([this] { context_.run(); });
    }
    ~ServerThatLosesItsFeed() { context_.stop(); }
    ServerThatLosesItsFeed(const ServerThatLosesItsFeed&) = delete;
    ServerThatLosesItsFeed& operator=(const ServerThatLosesItsFeed&) = delete;

    /// How often it was asked to announce.
    int rounds() const { return rounds_; }
    std::string url() const {
        return "redis://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }

  private:
    using Socket = asio::ip::tcp::socket;

    static Task<> accept(ServerThatLosesItsFeed& self) {
        for (;;) {
            auto socket =
                std::make_shared<Socket>(co_await self.acceptor_.async_accept(asio::use_awaitable));
            asio::co_spawn(self.context_, serve(self, socket), asio::detached);
        }
    }

    static Task<> serve(ServerThatLosesItsFeed& self, std::shared_ptr<Socket> socket) {
        ReplyReader commands;  // a command looks like a reply
        std::array<char, 4'096> input;
        const auto buffer = asio::buffer(input);
        for (;;) {
            const auto size = co_await socket->async_read_some(buffer, asio::use_awaitable);
            commands.feed(std::string_view(input.data(), size));
            for (auto command = commands.next(); command && *command; command = commands.next()) {
                const std::string answer = self.answer((*command)->elements, socket);
                const auto bytes = asio::buffer(answer);
                co_await asio::async_write(*socket, bytes, asio::use_awaitable);
            }
        }
    }

    std::string answer(const std::vector<Reply>& command, const std::shared_ptr<Socket>& socket) {
        const auto& name = command[0].text;
        if (name == "HELLO") {
            return "-ERR unknown command 'HELLO'\r\n";
        }
        if (name == "SUBSCRIBE") {
            feed_ = socket;
            return "*3\r\n$9\r\nsubscribe\r\n$1\r\nc\r\n:1\r\n";
        }
        if (name == "CLIENT" && command[1].text == "ID") {
            return ":7\r\n";
        }
        if (name == "CLIENT" && command[1].text == "TRACKING" && rounds_++ == 0) {
            feed_->close();
        }
        return "+OK\r\n";
    }

    asio::io_context context_;
    asio::ip::tcp::acceptor acceptor_;
    std::shared_ptr<Socket> feed_;
    std::atomic<int> rounds_ = 0;
    std::jthread thread_;
};

TEST(Tracking, FeedThatBreaksBeforeItIsUsedIsNoticed) {
    ServerThatLosesItsFeed server;
    RecordingListener listener;
    ConnectionOptions options;
    options.endpoint = *parse_url(server.url());
    options.tracking = &listener;
    Connection connection(test::context(), options);
    connection.start();
    // Whether it is up for a moment is a matter of chance; it must not stay so.
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (server.rounds() < 2 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(1ms);
    }
    EXPECT_EQ(server.rounds(), 2) << listener.heard();
    EXPECT_TRUE(listener.await("tracking beside"));
    test::run(connection.stop());
}

}  // namespace
}  // namespace tripos::redis
