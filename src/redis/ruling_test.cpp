// SPDX-License-Identifier: MIT
#include "redis/detail/ruling.hpp"

#include <gtest/gtest.h>

namespace tripos::redis {
namespace {

TEST(Ruling, ServerThatIsNotTheOneIsLeft) {
    for (const auto* error :
         {"MOVED 9263 127.0.0.1:7001", "READONLY You can't write against a read only replica.",
          "UNBLOCKED force unblock from blocking operation, instance state changed (master -> "
          "replica?)",
          "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.",
          "ERR Error running script (call to f_6b1bf486c81ceb7edf3c093f4c48582e38c0e791): "
          "@user_script:1: -READONLY You can't write against a read only replica. "}) {
        EXPECT_EQ(ruling_of(error), Ruling::leave) << error;
    }
}

TEST(Ruling, ServerThatCannotServeNowIsAway) {
    for (const auto* error :
         {"ASK 9263 127.0.0.1:7001", "TRYAGAIN Multiple keys request during rehashing of slot",
          "CLUSTERDOWN Hash slot not served", "LOADING Redis is loading the dataset in memory",
          "NOREPLICAS Not enough good replicas to write.",
          "BUSY Redis is busy running a script. You can only call SCRIPT KILL"}) {
        EXPECT_EQ(ruling_of(error), Ruling::away) << error;
    }
}

TEST(Ruling, OtherErrorsAreAboutTheCommand) {
    for (const auto* error :
         {"", "ERR unknown command 'ASK'", "BUSYKEY Target key name already exists.",
          "BUSYGROUP Consumer Group name already exists", "NOSCRIPT No matching script.",
          "OOM command not allowed when used memory > 'maxmemory'.", "MISCONF Redis is configured",
          "WRONGTYPE Operation against a key holding the wrong kind of value",
          "ERR value -READONLY"}) {
        EXPECT_EQ(ruling_of(error), Ruling::none) << error;
    }
}

}  // namespace
}  // namespace tripos::redis
