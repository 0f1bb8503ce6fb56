// SPDX-License-Identifier: MIT
#include "doctor/look.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>

#include "core/error.hpp"
#include "doctor/check.hpp"

namespace tripos::doctor {
namespace {

using std::chrono::milliseconds;

TEST(Look, TellsWhatAProbeThatHangsWasAbout) {
    const auto release = std::make_shared<std::promise<void>>();
    const auto ended = std::make_shared<std::promise<void>>();
    Probes probes;
    probes.host = [] { return looked_at(HostLook{.folder = "data"}); };
    probes.relays = [wait = release->get_future().share(), ended] {
        wait.wait();
        ended->set_value();
        return looked_at(std::vector<RelayLook>());
    };
    const auto evidence = look(probes, milliseconds(50));
    EXPECT_TRUE(evidence.host.seen.has_value());
    EXPECT_TRUE(evidence.relays.is_late);
    const auto found = complaints(examine(evidence, "mail"));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].id, "site-looks");
    EXPECT_NE(found[0].text.find("the relay"), std::string::npos);
    release->set_value();
    ended->get_future().wait();
}

TEST(Look, AsksNoProbeOnceMoreThatHasNotComeBack) {
    const auto release = std::make_shared<std::promise<void>>();
    const auto asked = std::make_shared<std::atomic<int>>(0);
    Probes probes;
    probes.relays = [wait = release->get_future().share(), asked] {
        ++*asked;
        wait.wait();
        return looked_at(std::vector<RelayLook>());
    };
    Lookout lookout(probes);
    EXPECT_TRUE(lookout.look(milliseconds(20)).relays.is_late);
    EXPECT_TRUE(lookout.look(milliseconds(20)).relays.is_late);
    EXPECT_EQ(*asked, 1);
    EXPECT_EQ(left_behind(), 1U);
    release->set_value();
    EXPECT_FALSE(lookout.look(milliseconds(5'000)).relays.is_late);
    EXPECT_EQ(left_behind(), 0U);
    const int before = *asked;
    EXPECT_FALSE(lookout.look(milliseconds(5'000)).relays.is_late);
    EXPECT_EQ(*asked, before + 1);
}

TEST(Look, EndsWhenItIsToStop) {
    const auto release = std::make_shared<std::promise<void>>();
    Probes probes;
    probes.relays = [wait = release->get_future().share()] {
        wait.wait();
        return looked_at(std::vector<RelayLook>());
    };
    std::stop_source stop;
    stop.request_stop();
    EXPECT_TRUE(Lookout(probes).look(std::chrono::hours(1), stop.get_token()).relays.is_late);
    release->set_value();
}

TEST(Look, SkipsWhatAProbeCouldNotSee) {
    Probes probes;
    probes.database = []() -> Looked<DatabaseLook> { throw SystemError("database", "no disk"); };
    const auto evidence = look(probes, milliseconds(5'000));
    EXPECT_FALSE(evidence.database.is_late);
    for (const auto& finding : examine(evidence, "database")) {
        if (finding.area() == "database") {
            EXPECT_EQ(finding.verdict, Verdict::skipped);
            EXPECT_EQ(finding.text, "database: no disk");
        }
    }
}

TEST(Look, AsksNobodyWhoWasNotNamed) {
    const auto evidence = look(Probes(), milliseconds(5'000));
    EXPECT_EQ(evidence.redis.why_not, "not looked at");
}

}  // namespace
}  // namespace tripos::doctor
