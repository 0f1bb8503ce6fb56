// SPDX-License-Identifier: MIT
// Every interleaving of the protocol's model, and the same without one of the guards: each time the
// search must find a violation, or the model proves nothing.
#include "support/cache_protocol_model.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <string>
#include <vector>

namespace tripos::cache {
namespace {

using test::protocol::Guards;
using test::protocol::Model;
using test::protocol::Way;
using test::protocol::World;

std::string violation(World world) {
    return Model(world).explore();
}

TEST(ProtocolModel, HoldsInEveryInterleaving) {
    std::vector<World> worlds(12);
    worlds[0].is_filled = false;
    worlds[1].is_strict = {true, true};
    worlds[2].ways = {Way::tag, Way::tag};
    worlds[3].ways = {Way::key, Way::key};
    worlds[4].is_strict = {false, false};
    worlds[5].announces_beside = true;
    worlds[6] =
        World{.is_strict = {true, true}, .ways = {Way::tag, Way::tag}, .announces_beside = true};
    worlds[7].ways = {Way::key, Way::guard};
    worlds[8].ways = {Way::key, Way::set};
    worlds[9].ways = {Way::tag, Way::set};
    worlds[10].ways = {Way::guard, Way::set};
    worlds[11].ways = {Way::set, Way::set};
    for (std::size_t i = 9; i < worlds.size(); ++i) {
        worlds[i].troubles = 0;  // writers take more steps here
    }
    std::size_t states = 0;
    for (const auto& world : worlds) {
        Model model(world);
        EXPECT_EQ(model.explore(), "");
        states += model.states();
    }
    EXPECT_GT(states, 100'000U);
    std::cout << states << " states\n";
}

struct Removal {
    const char* name;
    const char* falls;
    World world;
};

class WithoutAGuard : public testing::TestWithParam<Removal> {};

TEST_P(WithoutAGuard, TheModelFindsTheViolation) {
    EXPECT_EQ(violation(GetParam().world).substr(0, 2), GetParam().falls);
}

World without(Guards guards, std::array<Way, 2> ways) {
    World world;
    world.guards = guards;
    world.ways = ways;
    return world;
}

World without(Guards guards) {
    World world;
    world.guards = guards;
    return world;
}

INSTANTIATE_TEST_SUITE_P(
    ProtocolModel, WithoutAGuard,
    testing::Values(
        Removal{"LeaseCheck", "G1", without({.check_lease = false})},
        Removal{"UniqueToken", "G1", without({.unique_token = false})},
        Removal{"Tickets", "G3", without({.check_tickets = false})},
        Removal{"FlushOnLoss", "G3", without({.flush_on_loss = false})},
        Removal{"Barrier", "G2", without({.run_barrier = false})},
        Removal{"VersionBeforeLoad", "G1", without({.version_before_load = false})},
        Removal{"AbsentVersionIsInvalid", "G1", without({.absent_version_is_invalid = false})},
        Removal{"LeaseAsksVersion", "G2", without({.lease_asks_version = false})},
        Removal{"FillChecksGuards", "G1",
                without({.fill_checks_guards = false}, {Way::key, Way::guard})},
        Removal{"SetNeedsLease", "G1", without({.set_needs_lease = false}, {Way::key, Way::set})},
        Removal{"SetChecksGuards", "G1",
                without({.set_checks_guards = false}, {Way::guard, Way::set})},
        Removal{"TrustsOnlyInLine", "G2",
                World{.announces_beside = true, .guards = {.trusts_only_in_line = false}}}),
    [](const auto& removal) { return removal.param.name; });

}  // namespace
}  // namespace tripos::cache
