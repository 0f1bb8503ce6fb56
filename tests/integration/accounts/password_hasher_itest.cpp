// SPDX-License-Identifier: MIT
// What a password costs, in the time of the processor: that of the clock depends on others.

#include "accounts/password_hasher.hpp"

#include <gtest/gtest.h>

#include <ctime>

#include "limits/rate_limits.hpp"
#include "support/fake_clock.hpp"
#include "support/run.hpp"

namespace tripos::accounts {
namespace {

class PasswordHasherTest : public testing::Test {
  protected:
    std::chrono::nanoseconds cost_of(const std::string& stored) {
        const auto before = cpu_time();
        EXPECT_FALSE(
            test::run(hasher_.verify_and_renew(stored, Secret("wrong"), claim_))->is_right);
        return cpu_time() - before;
    }
    std::string hash() { return test::run(hasher_.hash(Secret("right"))); }

  private:
    static std::chrono::nanoseconds cpu_time() {
        timespec now{};
        ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    }

    Metrics metrics_;
    test::FakeClock clock_;
    limits::RateLimits limits_{nullptr, clock_, metrics_};
    const http::Request request_;
    limits::Claim claim_{limits_, request_, {}};
    PasswordHasher hasher_{{.passes = 3, .memory = 16 << 20}, {.slots = 1}, metrics_};
};

TEST_F(PasswordHasherTest, NobodysPasswordTakesAsLongAsSomebodys) {
    const auto known = hash();
    const auto wrong = cost_of(known);
    EXPECT_GT(cost_of(""), wrong / 2) << "else the time tells who has an account";
}

}  // namespace
}  // namespace tripos::accounts
