// SPDX-License-Identifier: MIT
#include "alerts/announcer.hpp"

#include <gtest/gtest.h>

namespace tripos::alerts {
namespace {

using namespace std::chrono_literals;

const AlertKey kPaused{.rule = "QueuePaused", .labels = {{"queue", "email"}}};
const AlertKey kStuck{.rule = "QueueStuck", .labels = {{"queue", "email"}}};

class AnnouncerTest : public ::testing::Test {
  protected:
    void fires(std::vector<AlertKey> keys) {
        std::map<AlertKey, Active> active;
        for (auto& key : keys) {
            active[std::move(key)] = Active{.since = now - 1h, .is_firing = true};
        }
        announcer.follow(active, now);
    }
    /// What is due is told.
    Notes tell() {
        auto due = announcer.due(silences, exam_runs, now);
        if (!due.empty()) {
            announcer.told(due, now);
        }
        return due;
    }

    Timestamp now{100'000h};
    Announcer announcer;
    std::vector<Silence> silences;
    bool exam_runs = false;
};

TEST_F(AnnouncerTest, WaitsForOthersThatBeginSoonAfter) {
    fires({kPaused});
    now += 29s;
    EXPECT_TRUE(tell().empty());
    fires({kPaused, kStuck});
    now += 1s;
    EXPECT_EQ(tell().size(), 2U);
    EXPECT_TRUE(tell().empty());
}

TEST_F(AnnouncerTest, RepeatsAfterFourHoursAndTellsTheEndOnce) {
    fires({kPaused});
    now += kBatch;
    EXPECT_EQ(tell().size(), 1U);
    now += kRepeat;
    EXPECT_TRUE(tell().empty());  // with whatever begins in the next 30 s
    now += kBatch;
    EXPECT_EQ(tell().size(), 1U);
    fires({});
    now += kBatch;
    const auto end = tell();
    ASSERT_EQ(end.size(), 1U);
    EXPECT_TRUE(end.begin()->second.ended_at);
    now += 2 * kRepeat;
    EXPECT_TRUE(tell().empty());
    EXPECT_TRUE(announcer.notes().empty());
}

TEST_F(AnnouncerTest, SaysNothingOfWhatIsOverBeforeItWasTold) {
    fires({kPaused});
    fires({});
    now += 1h;
    EXPECT_TRUE(tell().empty());
}

TEST_F(AnnouncerTest, WhatWasOverBeforeItWasToldBeginsAnew) {
    fires({kPaused});
    fires({});
    now += 1h;
    fires({kPaused});
    EXPECT_TRUE(tell().empty()) << "others may begin soon after";
    now += kBatch;
    EXPECT_EQ(tell().size(), 1U);
}

TEST_F(AnnouncerTest, OneThatBeginsAgainBeforeItsEndWasToldIsNotToldAnew) {
    fires({kPaused});
    now += kBatch;
    tell();
    fires({});
    now += 10s;
    fires({kPaused});
    now += 1h;
    EXPECT_TRUE(tell().empty());
}

TEST_F(AnnouncerTest, RepeatsNothingAfterARestart) {
    fires({kPaused});
    now += kBatch;
    tell();
    Announcer next;
    next.restore(announcer.notes());
    announcer = next;
    fires({kPaused});
    now += 1h;
    EXPECT_TRUE(tell().empty());
}

TEST_F(AnnouncerTest, SendsTwentyMessagesAnHourAtMostAndForgetsNone) {
    std::size_t messages = 0;
    for (int i = 0; i < 58; ++i) {  // each begins and waits 31 s
        fires({{.rule = "QueuePaused", .labels = {{"queue", std::to_string(i)}}}});
        now += 31s;
        messages += tell().empty() ? 0 : 1;
    }
    EXPECT_EQ(messages, kMessagesPerHour);
    now += 1h;
    EXPECT_FALSE(tell().empty());
}

TEST_F(AnnouncerTest, ASilenceKeepsBackTicketsAndNoPageInAnExam) {
    for (const char* rule : {"QueuePaused", "QueueStuck"}) {
        silences.push_back({.id = rule, .rule = rule, .until = now + 1h, .why = {}});
    }
    fires({kPaused, kStuck});
    now += kBatch;
    EXPECT_TRUE(tell().empty());
    exam_runs = true;
    const auto told = tell();
    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.begin()->first, kStuck);
    now += 1h;  // the silence is over
    EXPECT_EQ(tell().size(), 1U);
}

}  // namespace
}  // namespace tripos::alerts
