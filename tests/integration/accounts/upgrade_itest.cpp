// SPDX-License-Identifier: MIT
// A database that an older release has filled, as the migrations and the next start leave it.

#include <algorithm>

#include "accounts/departed.hpp"
#include "accounts/digest.hpp"
#include "accounts/enrolments.hpp"
#include "accounts/schema.hpp"
#include "accounts/user.hpp"
#include "support/fake_clock.hpp"
#include "support/test_database.hpp"

namespace tripos::accounts {
namespace {

constexpr int kOld = 6;  ///< accounts, before sign-ups were no accounts

/// What that release wrote. Times do not matter here.
constexpr const char* kFilled[] = {
    "INSERT INTO users (id, email, email_canonical, full_name, password_hash, role, "
    "email_verified, disabled, extra_minutes, created_at, updated_at) VALUES "
    "('1-ann', 'Ann@c.example', 'ann@c.example', 'Ann Zo\u00eb', 'h1', 'USER', 1, 0, 0, 1, 1), "
    "('2-bob', 'bob@c.example', 'bob@c.example', 'Bob', 'h2', 'USER', 1, 0, 0, 1, 1), "
    "('3-eve', 'eve@c.example', 'eve@c.example', 'Eve', 'h3', 'USER', 1, 0, 0, 1, 1), "
    "('4-waits', 'waits@c.example', 'waits@c.example', 'Waits', 'h4', 'USER', 0, 0, 0, 1, 1), "
    "('5-chief', 'chief@c.example', 'chief@c.example', 'Chief', 'h5', 'ADMIN', 0, 0, 0, 1, 1), "
    "('6-barred', 'barred@c.example', 'barred@c.example', 'Barred', 'h6', 'USER', 0, 1, 0, 1, 1), "
    "('7-slow', 'slow@c.example', 'slow@c.example', 'Slow', 'h7', 'USER', 0, 0, 15, 1, 1), "
    "('8-late', 'late@c.example', 'late@c.example', 'Late', 'h8', 'USER', 0, 0, 0, 1, 1)",
    "INSERT INTO profiles (user_id, enrollment_number, course, department, year, semester, "
    "updated_at) VALUES ('1-ann', '\u00c4 12', NULL, NULL, NULL, NULL, 1), "
    "('2-bob', 'CS 101', 'BTECH', NULL, NULL, NULL, 1), "
    "('3-eve', 'cs101', NULL, NULL, NULL, NULL, 1), "
    "('4-waits', 'W 4', NULL, NULL, NULL, NULL, 1), "
    "('5-chief', 'C 5', NULL, NULL, NULL, NULL, 1)",
    "INSERT INTO verification_tokens (token_hash, user_id, created_at, expires_at) VALUES "
    "('t4', '4-waits', 1, 9), ('t5', '5-chief', 1, 9), ('t6', '6-barred', 1, 9), "
    "('t7', '7-slow', 1, 9)",
    "INSERT INTO sessions (id, user_id, created_at, expires_at, last_used_at) VALUES "
    "('s1', '1-ann', 1, 9, 1), ('s4', '4-waits', 1, 9, 1), ('s5', '5-chief', 1, 9, 1)"};

class Upgrade : public test::OnBothEngines {
  protected:
    void SetUp() override {
        auto old = migrations();
        old.resize(kOld);
        test_database().migrate(old);
        execute([](sql::Session& session) {
            for (const auto* const statement : kFilled) {
                session.execute(statement);
            }
        });
    }
    void upgrade() {
        test_database().migrate(migrations());
        execute([](sql::Session& session) {
            // As AccountsModule::start() does; a page at a time, and whatever is left.
            while (fold_names(session, 2) + key_numbers(session, 2) > 0) {
            }
        });
    }
    void execute(std::function<void(sql::Session&)> work) { run(db().write(std::move(work))); }
    std::string text(std::string statement) {
        auto look = [&](sql::Session& session) {
            std::string all;
            for (const auto& row : session.query(statement)) {
                all += (all.empty() ? "" : " ") + row.text(0);
            }
            return all;
        };
        return run(db().read(std::move(look)));
    }
    std::string refusal(std::string user, std::string number) {
        auto look = [&](sql::Session& session) {
            const auto error = refuse_number(session, user, number);
            return error ? error->code : std::string();
        };
        return run(db().read(std::move(look)));
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, Upgrade, test::both_engines(), test::engine_name);

TEST_P(Upgrade, OnlySignUpsThatWaitAreNoAccountsAnyMore) {
    upgrade();
    EXPECT_EQ(text("SELECT id FROM users ORDER BY id"),
              "1-ann 2-bob 3-eve 5-chief 6-barred 7-slow 8-late");
    EXPECT_EQ(text("SELECT user_id FROM signups WHERE password_hash = 'h4' AND token_hash = 't4'"),
              "4-waits");
    EXPECT_EQ(text("SELECT user_id FROM profiles ORDER BY user_id"), "1-ann 2-bob 3-eve 5-chief");
    EXPECT_EQ(text("SELECT id FROM sessions ORDER BY id"), "s1 s5");
    EXPECT_EQ(text("SELECT role FROM users WHERE id = '5-chief'"), "ADMIN");
}

TEST_P(Upgrade, NumbersHaveTheKeysThatTheyAreComparedBy) {
    upgrade();
    EXPECT_EQ(text("SELECT enrollment_key FROM profiles WHERE user_id = '1-ann'"),
              enrolment_key("\u00c4 12"));
    EXPECT_EQ(refusal("8-late", "\u00e412"), "enrollment_taken");
    EXPECT_EQ(refusal("1-ann", "\u00e4 12"), "");
    // Two who had one number in two spellings keep their profiles; it is the older account's.
    EXPECT_EQ(refusal("2-bob", "cs 101"), "");
    EXPECT_EQ(refusal("3-eve", "CS101"), "enrollment_taken");
    EXPECT_EQ(text("SELECT user_id FROM profiles WHERE enrollment_key IS NULL"), "");
    execute([](sql::Session& session) {
        const Enrolment ann{.number = "\u00e412",
                            .email = {.text = "bob@c.example", .canonical = "bob@c.example"},
                            .full_name = "Bob"};
        EXPECT_TRUE(is_held_elsewhere(session, ann));
    });
}

TEST_P(Upgrade, WhoeverHadLeftIsKnownByANumberWithBlanks) {
    const Departed departed(Secret("e-mail secret of these tests...."));
    execute([](sql::Session& session) {
        const auto digest =
            person_digest(Secret("e-mail secret of these tests...."), "enrolment", "cs 101");
        session.execute("INSERT INTO departed_accounts (digest, user_id) VALUES ($1, '0-left')",
                        digest);
    });
    upgrade();
    execute([&](sql::Session& session) {
        EXPECT_EQ(departed.former_accounts(session, "2-bob"), std::vector<std::string>{"0-left"});
    });
}

}  // namespace
}  // namespace tripos::accounts
