// SPDX-License-Identifier: MIT
#include "redis/tracking.hpp"

#include <gtest/gtest.h>

#include <array>
#include <mutex>
#include <thread>

#include "async/io_threads.hpp"
#include "redis/client.hpp"
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

class Bundle {
  public:
    explicit Bundle(const TestRedis& server) : threads_(1) {
        ConnectionOptions options;
        options.endpoint = *parse_url(server.url());
        client_ = std::make_unique<Client>(threads_.all(), options);
        reader_ = client_->tracking(threads_.background(), listener_);
        threads_.start();
        reader_->start();
    }
    ~Bundle() {
        run_blocking(threads_.background(), reader_->stop());
        threads_.stop();
    }
    Bundle(const Bundle&) = delete;
    Bundle& operator=(const Bundle&) = delete;

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
    Bundle bundle(server);
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
    Bundle bundle(server);
    ASSERT_TRUE(bundle.listener().await("tracking"));
    bundle.read("tracked");
    server.raw({"SET", "other", "v"});
    server.raw({"SET", "tracked", "v"});
    ASSERT_TRUE(bundle.listener().await("changed tracked"));
    EXPECT_EQ(bundle.listener().heard().find("other"), std::string::npos);
}

TEST(Tracking, TellsOfTheLossAndTracksAgainAfterwards) {
    TestRedis server;
    Bundle bundle(server);
    ASSERT_TRUE(bundle.listener().await("tracking"));
    server.raw({"CLIENT", "KILL", "TYPE", "normal"});
    ASSERT_TRUE(bundle.listener().await("lost; tracking"));
    bundle.read("k");
    server.raw({"SET", "k", "v"});
    EXPECT_TRUE(bundle.listener().await("changed k"));
}

}  // namespace
}  // namespace tripos::redis
