// SPDX-License-Identifier: MIT
#include "audit/chain.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <set>

namespace tripos::audit {
namespace {

StoredEntry entry() {
    return {.id = "id",
            .at = from_millis(1000),
            .actor = {.id = "a", .address = "192.0.2.1", .device = "d", .request_id = "r"},
            .entry = {.action = "x", .subject = "s", .within = "w", .before = "{}", .after = "[]"},
            .number = 1,
            .seal = {}};
}

TEST(Chain, IsWhatAnyToolComputes) {
    // printf '0:,1:1,2:id,4:1000,1:a,9:192.0.2.1,1:d,1:r,1:x,1:s,1:w,2:{},2:[],' | sha256sum
    EXPECT_EQ(seal_of("", entry()),
              "8608bf6949d22c6cc00c2b431d6b04aab67d2e5c339ecc0b3d1c386eeacd76a1");
}

TEST(Chain, DependsOnEveryPart) {
    std::set<std::string> seals{seal_of("", entry()), seal_of("before", entry())};
    const std::function<void(StoredEntry&)> changes[] = {
        [](StoredEntry& e) { e.id = "di"; },
        [](StoredEntry& e) { e.at += std::chrono::milliseconds(1); },
        [](StoredEntry& e) { e.number = 2; },
        [](StoredEntry& e) { e.actor.id = "b"; },
        [](StoredEntry& e) { e.actor.address = "192.0.2.2"; },
        [](StoredEntry& e) { e.actor.device = "e"; },
        [](StoredEntry& e) { e.actor.request_id = "q"; },
        [](StoredEntry& e) { e.entry.action = "y"; },
        [](StoredEntry& e) { e.entry.subject = "t"; },
        [](StoredEntry& e) { e.entry.within = "v"; },
        [](StoredEntry& e) { e.entry.before = "[]"; },
        [](StoredEntry& e) { e.entry.after = "{}"; },
        [](StoredEntry& e) { std::swap(e.entry.before, e.entry.after); },
        [](StoredEntry& e) { e.entry.subject = "sw", e.entry.within = ""; }};
    for (const auto& change : changes) {
        auto changed = entry();
        change(changed);
        seals.insert(seal_of("", changed));
    }
    EXPECT_EQ(seals.size(), 2 + std::size(changes));
}

}  // namespace
}  // namespace tripos::audit
