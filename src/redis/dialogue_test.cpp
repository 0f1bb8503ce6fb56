// SPDX-License-Identifier: MIT
#include "redis/detail/dialogue.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;
using TimePoint = Dialogue::TimePoint;

constexpr TimePoint kStart{1h};

class RecordingWaiter final : public Waiter {
  public:
    void add(Reply reply) override { replies.push_back(std::move(reply)); }
    void fail(std::exception_ptr) override { failed = true; }
    bool is_done() const override { return failed || !replies.empty(); }

    std::vector<Reply> replies;
    bool failed = false;
};

class DialogueTest : public testing::Test {
  protected:
    std::shared_ptr<RecordingWaiter> ask(std::vector<Arguments> commands, Patience patience,
                                         TimePoint now) {
        auto waiter = std::make_shared<RecordingWaiter>();
        dialogue.ask(commands, waiter, patience, now);
        return waiter;
    }

    static constexpr Patience kPlain{.limit = 300ms};
    static constexpr Patience kBlocking{.limit = 1s, .is_blocking = true};
    Dialogue dialogue;
};

TEST_F(DialogueTest, OwesNothingBeforeAnythingIsAsked) {
    EXPECT_EQ(dialogue.deadline(), TimePoint::max());
}

TEST_F(DialogueTest, ReplyAboutTheServerFailsItsWaiterAndNobodyElse) {
    const auto moved = ask({{"GET", "a"}}, kPlain, kStart);
    const auto answered = ask({{"GET", "b"}}, kPlain, kStart);
    const auto refused = ask({{"GET", "c"}}, kPlain, kStart);
    ASSERT_TRUE(dialogue.hear("-MOVED 1 h:1\r\n+b\r\n-ERR no\r\n", kStart));
    EXPECT_TRUE(moved->failed);
    EXPECT_EQ(answered->replies.size(), 1U);
    ASSERT_EQ(refused->replies.size(), 1U);
    EXPECT_TRUE(refused->replies[0].is_error());
    const auto heard = dialogue.take_ruling();
    EXPECT_EQ(heard.ruling, Ruling::leave);
    EXPECT_NE(heard.reason.find("MOVED 1 h:1"), std::string::npos);
    EXPECT_EQ(dialogue.take_ruling().ruling, Ruling::none);
}

TEST_F(DialogueTest, GravestRulingCounts) {
    ask({{"GET", "a"}, {"GET", "b"}, {"GET", "c"}}, kPlain, kStart);
    ASSERT_TRUE(dialogue.hear("-BUSY x\r\n-READONLY x\r\n-LOADING x\r\n", kStart));
    EXPECT_EQ(dialogue.take_ruling().ruling, Ruling::leave);
}

TEST_F(DialogueTest, SilenceCountsFromTheOldestCommandWithoutAReply) {
    ask({{"PING"}}, kPlain, kStart);
    ask({{"PING"}}, kPlain, kStart + 100ms);
    EXPECT_EQ(dialogue.deadline(), kStart + 300ms);
    ASSERT_TRUE(dialogue.hear("+PONG\r\n", kStart + 200ms));
    EXPECT_EQ(dialogue.deadline(), kStart + 400ms);
    ASSERT_TRUE(dialogue.hear("+PONG\r\n", kStart + 250ms));
    EXPECT_EQ(dialogue.deadline(), TimePoint::max());
}

TEST_F(DialogueTest, BlockingCommandsAnsweredEarlyLeaveNothingBehind) {
    auto now = kStart;
    for (int i = 0; i < 10'000; ++i) {
        ask({{"BLPOP", "list", "1"}}, kBlocking, now);
        EXPECT_EQ(dialogue.deadline(), now + 1s);
        now += 1ms;
        ASSERT_TRUE(dialogue.hear("*-1\r\n", now));
    }
    ask({{"PING"}}, kPlain, now);
    EXPECT_EQ(dialogue.deadline(), now + 300ms);
}

TEST_F(DialogueTest, BehindABlockingCommandTheClockStartsWhenThatIsAnswered) {
    ask({{"BLPOP", "list", "1"}}, kBlocking, kStart);
    ask({{"PING"}}, kPlain, kStart + 1ms);
    ask({{"BLPOP", "list", "1"}}, kBlocking, kStart + 2ms);
    ask({{"PING"}}, kPlain, kStart + 3ms);
    EXPECT_EQ(dialogue.deadline(), kStart + 1s);
    ASSERT_TRUE(dialogue.hear("*-1\r\n", kStart + 900ms));
    EXPECT_EQ(dialogue.deadline(), kStart + 1'200ms);
    ASSERT_TRUE(dialogue.hear("+PONG\r\n", kStart + 901ms));
    EXPECT_EQ(dialogue.deadline(), kStart + 1'900ms);
    ASSERT_TRUE(dialogue.hear("*-1\r\n", kStart + 1'500ms));
    EXPECT_EQ(dialogue.deadline(), kStart + 1'800ms);
}

TEST_F(DialogueTest, RepliesReachTheirWaitersInOrderHoweverTheyAreSplit) {
    const std::string stream = "+one\r\n$3\r\ntwo\r\n>2\r\n+invalidate\r\n*1\r\n+k\r\n:3\r\n";
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        Dialogue split;
        int pushes = 0;
        split.set_on_push([&](const Reply&) { ++pushes; });
        const auto pair = std::make_shared<RecordingWaiter>();
        const auto single = std::make_shared<RecordingWaiter>();
        const std::vector<Arguments> two{{"A"}, {"B"}};
        const std::vector<Arguments> one{{"C"}};
        split.ask(two, pair, kPlain, kStart);
        split.ask(one, single, kPlain, kStart);
        ASSERT_TRUE(split.hear(stream.substr(0, cut), kStart));
        ASSERT_TRUE(split.hear(stream.substr(cut), kStart));
        ASSERT_EQ(pair->replies.size(), 2U) << cut;
        EXPECT_EQ(pair->replies[0].text, "one");
        EXPECT_EQ(pair->replies[1].text, "two");
        ASSERT_EQ(single->replies.size(), 1U) << cut;
        EXPECT_EQ(single->replies[0].integer, 3);
        EXPECT_EQ(pushes, 1);
        EXPECT_EQ(split.pending(), 0U);
    }
}

TEST_F(DialogueTest, MessagesToASubscriberOfTheOldProtocolAreNoReplies) {
    int messages = 0;
    dialogue.set_on_push([&](const Reply&) { ++messages; });
    const std::string message = "*3\r\n$7\r\nmessage\r\n$1\r\nc\r\n*-1\r\n";
    EXPECT_FALSE(dialogue.hear(message, kStart)) << "nobody subscribed";
    Dialogue subscriber;
    subscriber.set_on_push([&](const Reply&) { ++messages; });
    subscriber.expect_messages();
    EXPECT_TRUE(subscriber.hear(message, kStart));
    EXPECT_EQ(messages, 1);
}

TEST_F(DialogueTest, GarbageAndUnaskedRepliesAreErrors) {
    EXPECT_FALSE(dialogue.hear("+PONG\r\n", kStart));
    EXPECT_FALSE(Dialogue().hear("?\r\n", kStart));
}

TEST_F(DialogueTest, ItsEndFailsEveryoneWithoutAReply) {
    const auto answered = ask({{"PING"}}, kPlain, kStart);
    const auto waiting = ask({{"PING"}}, kPlain, kStart);
    ASSERT_TRUE(dialogue.hear("+PONG\r\n", kStart));
    dialogue.end("closed");
    EXPECT_FALSE(answered->failed);
    EXPECT_TRUE(waiting->failed);
    EXPECT_EQ(dialogue.deadline(), TimePoint::max());
}

}  // namespace
}  // namespace tripos::redis
