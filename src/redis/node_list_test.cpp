// SPDX-License-Identifier: MIT
#include "redis/detail/node_list.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

using namespace std::chrono_literals;

Endpoint at(const std::string& host) {
    Endpoint endpoint;
    endpoint.host = host;
    return endpoint;
}

class NodeListTest : public testing::Test {
  protected:
    std::string order() const {
        std::string hosts;
        for (const auto& node : list.all()) {
            hosts += node.host;
        }
        return hosts;
    }

    NodeList list{{at("a"), at("b"), at("c")}};
};

TEST_F(NodeListTest, WhoAnsweredComesFirstAndWhoFailedLast) {
    list.answered(at("c"), 1ms);
    EXPECT_EQ(order(), "cab");
    list.failed(at("c"));
    EXPECT_EQ(order(), "abc");
    list.failed(at("unknown"));
    EXPECT_EQ(order(), "abc");
}

TEST_F(NodeListTest, LearnedNodesAreForgottenWhenTheyFail) {
    list.learn("d", 6379);
    list.learn("d", 6379);
    list.learn("", 6379);
    list.learn("e", 0);
    EXPECT_EQ(order(), "abcd");
    list.failed(at("d"));
    EXPECT_EQ(order(), "abc");
}

TEST_F(NodeListTest, FirstCanBeDistrusted) {
    list.distrust_first();
    EXPECT_EQ(order(), "bca");
}

TEST_F(NodeListTest, DistrustPutsNoSilentNodeBeforeOneThatAnswers) {
    list.answered(at("b"), 1ms);
    list.answered(at("a"), 1ms);
    list.failed(at("c"));
    list.distrust_first();
    EXPECT_EQ(order(), "bac");
    list.distrust_first();
    EXPECT_EQ(order(), "abc");
    list.failed(at("b"));
    list.distrust_first();
    EXPECT_EQ(order(), "cba") << "no other answers: they are asked nevertheless";
}

TEST_F(NodeListTest, PatienceGrowsWhileAllAreSilentAndNoFurther) {
    EXPECT_EQ(list.patience(), 300ms);
    for (int i = 0; i < 10; ++i) {
        list.all_silent();
    }
    EXPECT_EQ(list.patience(), 2'400ms);
    list.answered(at("b"), 1ms);
    EXPECT_EQ(list.patience(), 300ms) << "no unreachable node costs more than it must";
}

TEST_F(NodeListTest, PatienceWithASlowNetworkLastsBeyondTheFirstAnswer) {
    list.all_silent();
    list.answered(at("a"), 400ms);
    EXPECT_EQ(list.patience(), 1'200ms);
    list.answered(at("a"), 10s);
    EXPECT_EQ(list.patience(), 2'400ms);
}

TEST_F(NodeListTest, LearnsNoMoreThanItCanAsk) {
    for (std::uint16_t port = 1; port < 1'000; ++port) {
        list.learn("many", port);
    }
    EXPECT_EQ(list.all().size(), 64U);
}

}  // namespace
}  // namespace tripos::redis
