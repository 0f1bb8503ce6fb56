// SPDX-License-Identifier: MIT
#include "core/site_clock.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tripos {
namespace {

using namespace std::chrono_literals;
using std::chrono::nanoseconds;

constexpr Timestamp kNoon = std::chrono::sys_days(std::chrono::year(2026) / 1 / 5) + 12h;

/// A machine with a monotonic clock and a wall clock that can be set, and what a site kept on it.
struct Machine {
    std::string boot = "boot-1";
    nanoseconds since_boot = 100s;
    Timestamp wall = kNoon;
    std::optional<KeptTime> kept;

    void pass(std::chrono::milliseconds time) {
        since_boot += time;
        wall += time;
    }
    Reading reading() const { return {.reference = wall, .since_boot = since_boot}; }

    /// As a process does each second.
    void look(SiteClock& clock) {
        if (const auto jump = clock.look(reading(), kept)) {
            kept->held_back = *jump;
            EXPECT_EQ(clock.look(reading(), kept), std::nullopt) << "what was kept suffices";
        }
        const auto held_back = kept ? kept->held_back : 0ms;
        kept = clock.kept(since_boot);
        EXPECT_EQ(kept->held_back, held_back);
    }
    void accept() {
        kept = KeptTime{.held_back = 0ms,
                        .accepted = kept->accepted + 1,
                        .boot_id = boot,
                        .since_boot = std::chrono::floor<std::chrono::milliseconds>(since_boot),
                        .site_time = wall};
    }
    Timestamp site_time(const SiteClock& clock) const { return clock.at(since_boot); }
};

class SiteClockTest : public testing::Test {
  protected:
    SiteClockTest() { machine.look(clock); }

    Machine machine;
    SiteClock clock{machine.boot};
};

TEST_F(SiteClockTest, GoesWithTheMonotonicClock) {
    EXPECT_EQ(machine.site_time(clock), kNoon);
    machine.pass(90min);
    EXPECT_EQ(machine.site_time(clock), kNoon + 90min);
}

TEST_F(SiteClockTest, AJumpInEitherDirectionMovesNothingUntilItIsAccepted) {
    for (const auto jump : {std::chrono::milliseconds(1h), std::chrono::milliseconds(-2h)}) {
        const auto before = machine.site_time(clock);
        machine.wall += jump;
        for (int i = 0; i < 100; ++i) {
            machine.pass(1s);
            machine.look(clock);
        }
        EXPECT_EQ(machine.site_time(clock), before + 100s);
        EXPECT_EQ(clock.held_back(), jump);
        machine.accept();
        machine.look(clock);
        EXPECT_EQ(machine.site_time(clock), machine.wall);
        EXPECT_EQ(clock.held_back(), 0ms);
    }
}

TEST_F(SiteClockTest, AClockThatIsSetBackIsFollowedAgain) {
    machine.wall += 1h;
    machine.look(clock);
    ASSERT_EQ(clock.held_back(), 1h);
    machine.wall -= 1h - 7ms;  // by hand
    machine.look(clock);
    EXPECT_EQ(clock.held_back(), 0ms);
    EXPECT_LE(machine.site_time(clock) - kNoon, 1ms);
}

TEST_F(SiteClockTest, FollowsADriftByFiveHundredMillionthsAtMost) {
    machine.wall += 900ms;
    auto last = machine.site_time(clock);
    for (int i = 0; i < 2'000; ++i) {
        machine.pass(1s);
        machine.look(clock);
        const auto now = machine.site_time(clock);
        EXPECT_LE(now - last, 1'001ms);
        EXPECT_GE(now - last, 1'000ms);
        last = now;
    }
    EXPECT_EQ(machine.site_time(clock), machine.wall);
    EXPECT_EQ(clock.held_back(), 0ms);
}

TEST_F(SiteClockTest, FollowsBackwardsAndNeverGoesBackByMoreThanAMillisecond) {
    machine.wall -= 900ms;
    machine.pass(1h);
    auto last = machine.site_time(clock);
    machine.look(clock);  // after an hour without a look it may follow by 1.8 s
    EXPECT_EQ(machine.site_time(clock), machine.wall);
    machine.wall -= 100ms;
    for (int i = 0; i < 300; ++i) {
        machine.pass(100ms);
        last = machine.site_time(clock);
        machine.look(clock);
        EXPECT_GE(machine.site_time(clock), last - 1ms);
    }
}

TEST_F(SiteClockTest, ARestartAfterAJumpChangesNothing) {
    machine.pass(10s);
    machine.look(clock);
    machine.wall += 1h;  // while no process runs
    machine.pass(5min);
    SiteClock restarted(machine.boot);
    machine.look(restarted);
    EXPECT_EQ(machine.site_time(restarted), kNoon + 10s + 5min);
    EXPECT_EQ(restarted.held_back(), 1h);
    machine.accept();
    SiteClock again(machine.boot);
    machine.look(again);
    EXPECT_EQ(machine.site_time(again), machine.wall);
}

TEST_F(SiteClockTest, AfterAStartOfTheMachineTheReferenceSaysHowLongItTook) {
    machine.look(clock);
    machine.boot = "boot-2";
    machine.since_boot = 20s;
    machine.wall += 10min;
    SiteClock restarted(machine.boot);
    machine.look(restarted);
    EXPECT_EQ(machine.site_time(restarted), kNoon + 10min);
    EXPECT_EQ(restarted.held_back(), 0ms);
}

TEST_F(SiteClockTest, AMachineThatWakesUpInThePastDoesNotGiveTimeBack) {
    machine.look(clock);
    machine.boot = "boot-2";
    machine.since_boot = 20s;
    machine.wall -= 24h;  // its battery is empty
    SiteClock restarted(machine.boot);
    machine.look(restarted);
    EXPECT_EQ(machine.site_time(restarted), kNoon);
    EXPECT_EQ(restarted.held_back(), -24h);
}

TEST_F(SiteClockTest, ProcessesWithOneReferenceAgree) {
    SiteClock other("another machine");
    Machine second{.boot = "another machine", .since_boot = 7s, .wall = machine.wall};
    second.kept = machine.kept;
    second.look(other);
    EXPECT_EQ(second.site_time(other), kNoon);
    machine.wall += 1h;
    second.wall += 1h;
    machine.look(clock);
    second.kept = machine.kept;
    second.look(other);  // which found the jump on its own, and takes what is kept
    EXPECT_EQ(second.site_time(other), machine.site_time(clock));
    EXPECT_EQ(other.held_back(), 1h);
    SiteClock late("a third");
    Machine third{.boot = "a third", .since_boot = 1s, .wall = machine.wall, .kept = machine.kept};
    third.look(late);
    EXPECT_EQ(third.site_time(late), machine.site_time(clock));
}

}  // namespace
}  // namespace tripos
