// SPDX-License-Identifier: MIT
#include "async/with_timeout.hpp"

#include <gtest/gtest.h>

#include "support/run.hpp"

namespace tripos {
namespace {

using namespace std::chrono_literals;
using test::run;

Task<> finish(bool& finished) {
    co_await sleep_for(1ms);
    finished = true;
}

/// Leaves a trace of its unwinding.
Task<> hang(bool& unwound) {
    struct Trace {
        ~Trace() { flag = true; }
        bool& flag;
    };
    const Trace trace{unwound};
    co_await sleep_for(1h);
}

Task<> throw_late() {
    co_await sleep_for(1ms);
    throw std::domain_error("no");
}

TEST(WithTimeout, IsTrueForATaskThatFinishesInTime) {
    bool finished = false;
    EXPECT_TRUE(run(with_timeout(1h, finish(finished))));
    EXPECT_TRUE(finished);
}

TEST(WithTimeout, CancelsATaskThatDoesNotAndWaitsForItsUnwinding) {
    bool unwound = false;
    EXPECT_FALSE(run(with_timeout(1ms, hang(unwound))));
    EXPECT_TRUE(unwound);
}

TEST(WithTimeout, PassesOnAnExceptionAtOnce) {
    EXPECT_THROW(run(with_timeout(1h, throw_late())), std::domain_error);
}

TEST(WithTimeout, NestsInsideAnother) {
    bool unwound = false;
    auto inner = [](bool& flag) -> Task<> { co_await with_timeout(1h, hang(flag)); };
    EXPECT_FALSE(run(with_timeout(1ms, inner(unwound))));
    EXPECT_TRUE(unwound);
}

}  // namespace
}  // namespace tripos
