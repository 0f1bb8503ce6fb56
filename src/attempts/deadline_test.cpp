// SPDX-License-Identifier: MIT
#include "attempts/deadline.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/time_zone.hpp"

namespace tripos::attempts {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

const Timestamp kBegun = from_millis(1'767'600'000'000);

/// An exam of an hour in a window of 90 minutes, begun when it opens.
DeadlineTerms terms() {
    return {.started_at = kBegun,
            .end_at = kBegun + minutes(90),
            .duration = minutes(60),
            .allowance = {},
            .given = {}};
}

struct DeadlineRow {
    const char* name;
    DeadlineTerms terms;
    minutes at;  ///< behind the start of the exam
    DeadlineReason reason;
    minutes extra;
};

DeadlineTerms with(DeadlineTerms changed, minutes late, minutes extra,
                   std::int64_t multiplier = exams::kOnce) {
    changed.started_at += late;
    changed.allowance.minutes = extra;
    changed.allowance.multiplier = multiplier;
    return changed;
}

DeadlineTerms cut(DeadlineTerms changed) {
    changed.may_pass_end = false;
    return changed;
}

DeadlineTerms in_own_window(DeadlineTerms changed, minutes from, minutes to) {
    changed.allowance.own_window = exams::Window{.start_at = kBegun + from, .end_at = kBegun + to};
    return changed;
}

DeadlineTerms given(DeadlineTerms changed, minutes more,
                    DeadlineReason as = DeadlineReason::extension) {
    changed.given.push_back({.more = more, .as = as});
    return changed;
}

TEST(Deadline, IsWhatTheTermsSay) {
    using enum DeadlineReason;
    const auto zero = minutes(0);
    const std::vector<DeadlineRow> rows{
        {"the duration", terms(), minutes(60), duration, zero},
        {"a late start is cut by the end", with(terms(), minutes(45), zero), minutes(90), exam_end,
         zero},
        {"to the instant it is no cut", with(terms(), minutes(30), zero), minutes(90), duration,
         zero},
        {"minutes", with(terms(), zero, minutes(15)), minutes(75), duration, minutes(15)},
        {"a multiplier", with(terms(), zero, zero, 1250), minutes(75), duration, minutes(15)},
        {"both", with(terms(), zero, minutes(5), 1500), minutes(95), duration, minutes(35)},
        {"extra time passes the end", with(terms(), minutes(45), minutes(30)), minutes(120),
         exam_end, minutes(30)},
        {"unless the exam forbids it", cut(with(terms(), minutes(20), minutes(30))), minutes(90),
         exam_end, minutes(10)},
        {"forbidden and not needed", cut(with(terms(), zero, minutes(30))), minutes(90), duration,
         minutes(30)},
        {"a window of one's own",
         in_own_window(with(terms(), minutes(300), zero), minutes(300), minutes(600)), minutes(360),
         duration, zero},
        {"cut by its end",
         in_own_window(with(terms(), minutes(570), minutes(10)), minutes(300), minutes(600)),
         minutes(610), own_window, minutes(10)},
        {"extensions pass every end", given(cut(with(terms(), minutes(45), zero)), minutes(20)),
         minutes(110), extension, minutes(20)},
        {"what was reopened",
         given(given(terms(), minutes(10)), minutes(100), DeadlineReason::reopened), minutes(170),
         reopened, minutes(10)},
    };
    for (const auto& row : rows) {
        const auto deadline = deadline_of(row.terms);
        EXPECT_EQ(deadline.at, kBegun + row.at) << row.name;
        EXPECT_EQ(deadline.reason, row.reason) << row.name;
        EXPECT_EQ(deadline.extra, row.extra) << row.name;
    }
}

/// Any number of acts in any order, on any exam.
class DeadlineLaws : public ::testing::Test {
  protected:
    std::int64_t up_to(std::int64_t most) {
        return std::uniform_int_distribution<std::int64_t>(0, most)(random);
    }
    milliseconds span(minutes most) { return milliseconds(up_to(milliseconds(most).count())); }

    DeadlineTerms any_terms() {
        DeadlineTerms any{.started_at = kBegun + span(hours(12)),
                          .end_at = {},
                          .duration = minutes(1 + up_to(300)),
                          .allowance = {},
                          .may_pass_end = up_to(1) == 0,
                          .given = {}};
        any.end_at = any.started_at + span(hours(8));
        any.allowance.minutes = minutes(up_to(60));
        any.allowance.multiplier = exams::kOnce + up_to(exams::kOnce);
        if (up_to(2) == 0) {
            any.allowance.own_window = exams::Window{.start_at = any.started_at,
                                                     .end_at = any.started_at + span(hours(8))};
        }
        return any;
    }

    /// One more act in the candidate's favour; what it was.
    std::string favour(DeadlineTerms& changed) {
        switch (up_to(6)) {
            case 0:
                changed.given.push_back({.more = span(minutes(90))});
                return "extension";
            case 1:
                changed.given.push_back(
                    {.more = span(minutes(900)), .as = DeadlineReason::reopened});
                return "reopening";
            case 2:
                changed.allowance.minutes += minutes(up_to(60));
                return "minutes";
            case 3:
                changed.allowance.multiplier += up_to(exams::kOnce);
                return "multiplier";
            case 4:
                if (changed.allowance.own_window) {
                    changed.allowance.own_window->end_at += span(minutes(90));
                    return "longer window";
                }
                changed.allowance.own_window = exams::Window{
                    .start_at = changed.started_at, .end_at = changed.end_at + span(minutes(90))};
                return "own window";
            case 5:
                changed.end_at += span(minutes(90));
                return "later end";
            default:
                changed.may_pass_end = true;
                return "leave to pass the end";
        }
    }

    std::mt19937_64 random{17};
};

TEST_F(DeadlineLaws, NothingInTheCandidatesFavourMakesItEarlier) {
    for (int round = 0; round < 2'000; ++round) {
        auto any = any_terms();
        auto before = deadline_of(any);
        for (int act = 0; act < 12; ++act) {
            const auto what = favour(any);
            const auto after = deadline_of(any);
            ASSERT_GE(after.at, before.at) << what << " in round " << round;
            before = after;
        }
        ASSERT_GE(before.extra, minutes(0));
    }
}

TEST_F(DeadlineLaws, WhatStaffGiveMovesItByExactlyThatInWhateverOrder) {
    for (int round = 0; round < 2'000; ++round) {
        auto any = any_terms();
        const auto plain = deadline_of(any);
        milliseconds sum{0};
        for (int act = 0; act < 6; ++act) {
            any.given.push_back({.more = span(minutes(90))});
            sum += any.given.back().more;
        }
        ASSERT_EQ(deadline_of(any).at, plain.at + sum);
        std::shuffle(any.given.begin(), any.given.end(), random);
        ASSERT_EQ(deadline_of(any).at, plain.at + sum);
    }
}

TEST_F(DeadlineLaws, NoClockOnAWallIsAsked) {
    for (int round = 0; round < 2'000; ++round) {
        const auto any = any_terms();
        auto later = any;
        const auto shift = span(hours(24 * 365));
        later.started_at += shift;
        later.end_at += shift;
        if (later.allowance.own_window) {
            later.allowance.own_window->end_at += shift;
        }
        ASSERT_EQ(deadline_of(later).at, deadline_of(any).at + shift);
    }
}

/// Wall clocks of teachers who write times without an offset: Lord Howe's go by half an hour,
/// Casablanca's twice more a year, Kolkata's never.
TEST_F(DeadlineLaws, NoChangeOfAClockOnAWallTakesTime) {
    for (const auto* name : {"Europe/Berlin", "America/New_York", "Australia/Lord_Howe",
                             "Africa/Casablanca", "Asia/Kolkata"}) {
        const auto zone = *TimeZone::find(name);
        for (int round = 0; round < 1'000; ++round) {
            const auto some_day = kBegun + span(hours(24 * 365 * 4));
            const auto segment = zone.segment_at(some_day);
            const bool has_change = segment.end - some_day < hours(24 * 365);
            const auto about = (has_change ? segment.end : some_day) - hours(3) + span(hours(6));
            const auto on_wall = [&](milliseconds later) {
                const auto text = to_iso8601(about + segment.offset + later);
                return *zone.read(text.substr(0, text.size() - 1));
            };
            auto any = any_terms();
            any.allowance.own_window = std::nullopt;
            const auto length = minutes(1) + span(hours(6));
            any.started_at = on_wall(milliseconds(0));
            any.end_at = on_wall(length);
            ASSERT_LE(any.started_at, any.end_at) << name << ' ' << to_iso8601(about);
            const auto before = deadline_of(any);
            const auto plain = std::min<milliseconds>(any.duration, any.end_at - any.started_at);
            ASSERT_GE(before.at - any.started_at, plain) << name << ' ' << to_iso8601(about);
            any.end_at = on_wall(length + span(hours(2)));  // later on the wall is later
            ASSERT_GE(deadline_of(any).at, before.at) << name << ' ' << to_iso8601(about);
        }
    }
    // An exam across the night in which clocks go forward lasts as long as any other.
    const auto berlin = *TimeZone::find("Europe/Berlin");
    auto night = terms();
    night.started_at = *berlin.read("2026-03-29T01:30");
    night.end_at = *berlin.read("2026-03-29T03:30");
    EXPECT_EQ(night.end_at - night.started_at, hours(1));
    EXPECT_EQ(deadline_of(night).at - night.started_at, minutes(60));
    night.duration = minutes(90);
    EXPECT_EQ(deadline_of(night).reason, DeadlineReason::exam_end);
}

}  // namespace
}  // namespace tripos::attempts
