// SPDX-License-Identifier: MIT
#include "redis/detail/memory_limit.hpp"

#include <gtest/gtest.h>

#include <map>

namespace tripos::redis {
namespace {

constexpr std::size_t kMachine = 8'000'000'000;

std::size_t within(const std::map<std::string, std::string>& files) {
    return memory_within_groups(kMachine, [&](const std::string& path) {
        const auto found = files.find(path);
        return found == files.end() ? std::nullopt : std::optional(found->second);
    });
}

TEST(MemoryLimit, IsTheMachineWithoutGroups) {
    EXPECT_EQ(within({}), kMachine);
    EXPECT_EQ(within({{"/proc/self/cgroup", "0::/\n"}, {"/sys/fs/cgroup/memory.max", "max\n"}}),
              kMachine);
}

TEST(MemoryLimit, IsTheTightestGroupAroundTheProcess) {
    const std::string folder = "/sys/fs/cgroup";
    const std::map<std::string, std::string> files{
        {"/proc/self/cgroup", "0::/system.slice/tripos.service\n"},
        {folder + "/system.slice/tripos.service/memory.max", "max\n"},
        {folder + "/system.slice/memory.max", "2000000000\n"},
        {folder + "/memory.max", "4000000000\n"}};
    EXPECT_EQ(within(files), 2'000'000'000U);
}

TEST(MemoryLimit, IsTheContainersWhoseOwnPathCannotBeSeen) {
    EXPECT_EQ(within({{"/proc/self/cgroup", "11:cpu:/docker/4f\n4:hugetlb,memory:/docker/4f\n"},
                      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "536870912\n"}}),
              536'870'912U);
}

TEST(MemoryLimit, IsNeverMoreThanTheMachine) {
    EXPECT_EQ(within({{"/proc/self/cgroup", "4:memory:/\n0::/\n"},
                      {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n"}}),
              kMachine);
}

}  // namespace
}  // namespace tripos::redis
