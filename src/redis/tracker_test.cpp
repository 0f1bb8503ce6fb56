// SPDX-License-Identifier: MIT
#include "redis/detail/tracker.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

class RecordingListener final : public TrackingListener {
  public:
    void on_up(Announcements) override {}
    void on_changed(std::string_view key) override { heard += std::string(key) + ";"; }
    void on_all_changed() override { heard += "all;"; }
    void on_lost() override {}

    std::string heard;
};

Reply text(const std::string& value) {
    Reply reply;
    reply.type = Reply::Type::text;
    reply.text = value;
    return reply;
}

Reply list(Reply::Type type, std::vector<Reply> elements) {
    Reply reply;
    reply.type = type;
    reply.elements = std::move(elements);
    return reply;
}

TEST(Announce, TellsTheKeysOfBothProtocols) {
    const Reply keys = list(Reply::Type::array, {text("a"), text("b")});
    RecordingListener listener;
    announce(list(Reply::Type::push, {text("invalidate"), keys}), listener);
    announce(list(Reply::Type::array, {text("message"), text("channel"), keys}), listener);
    EXPECT_EQ(listener.heard, "a;b;a;b;");
}

TEST(Announce, NoKeysMeansAll) {
    RecordingListener listener;
    announce(list(Reply::Type::push, {text("invalidate"), Reply()}), listener);
    EXPECT_EQ(listener.heard, "all;");
}

TEST(Announce, PassesOverOtherPushes) {
    RecordingListener listener;
    announce(list(Reply::Type::push, {text("pubsub"), text("x")}), listener);
    announce(list(Reply::Type::push, {}), listener);
    EXPECT_EQ(listener.heard, "");
}

}  // namespace
}  // namespace tripos::redis
