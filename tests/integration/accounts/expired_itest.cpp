// SPDX-License-Identifier: MIT
// What is over goes, what may still be used stays, on both engines.

#include "accounts/expired_rows.hpp"
#include "integration/accounts/accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

class ExpiredRows : public AccountsTest {
  protected:
    std::int64_t rows_of(const std::string& table) {
        auto count = [&table](sql::Session& session) {
            return session.query_one("SELECT COUNT(*) FROM " + table)->integer(0);
        };
        return run(db().read(std::move(count)));
    }
    std::int64_t forget() {
        auto work = [now = clock.now()](sql::Session& session) {
            return delete_expired(session, now, 1'000);
        };
        return run(db().write(std::move(work)));
    }
};

TEST_P(ExpiredRows, GoWhenTheirTimeIsOver) {
    const std::string token = token_of();
    sign_up("bob@college.example");
    post("/api/auth/forgot-password", {{"email", kEmail}});
    const std::int64_t links = rows_of("signups");
    ASSERT_EQ(rows_of("sessions"), 1);
    ASSERT_GE(links, 1);
    EXPECT_EQ(forget(), 0);
    EXPECT_EQ(get("/api/profile/me", {.bearer = token}).status, 200);

    clock.advance(std::chrono::hours(24 * 400));
    EXPECT_GE(forget(), links + 1);
    EXPECT_EQ(rows_of("sessions"), 0);
    EXPECT_EQ(rows_of("signups"), 0);
    EXPECT_EQ(rows_of("password_codes"), 0);
    EXPECT_EQ(rows_of("users"), 1);
    EXPECT_EQ(forget(), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, ExpiredRows, test::both_engines(), test::engine_name);

}  // namespace
}  // namespace tripos::accounts
