// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "cache/detail/published.hpp"

namespace tripos::cache {
namespace {

// Modules declare their families while the upkeep publishes already.
TEST(Published, WaitsForTheNextCountOfAFamilyThatWasDeclaredSinceThisOne) {
    Metrics metrics;
    Published published(metrics);
    const Family family(
        {.name = "exam", .pattern = "exam:{0}"},
        [](Bytes bytes) -> std::shared_ptr<const void> { return bytes; },
        [](const void*) { return std::size_t{0}; });
    const auto& entries =
        metrics.gauge("tripos_cache_process_entries", "Values in process", {{"family", "exam"}});
    published.add_family(family);
    Stats stats;
    published.update(stats);
    EXPECT_EQ(entries.value(), 0);
    stats.families.push_back(FamilyStats{.family = "exam", .entries = 3});
    published.update(stats);
    EXPECT_EQ(entries.value(), 3);
}

}  // namespace
}  // namespace tripos::cache
