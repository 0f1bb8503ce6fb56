// SPDX-License-Identifier: MIT
// The end of an account by its owner.

#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

class OwnDataTest : public AccountsTest {
  protected:
    Answer delete_me(const Sender& sender, const json::object& body) {
        return ask_raw(http::Method::delete_, "/api/profile/me", json::serialize(body), sender);
    }
    Answer delete_me(const Sender& sender) {
        return delete_me(sender, {{"currentPassword", kPassword}});
    }
    std::string id_of(const Sender& sender) {
        return std::string(get("/api/profile/me", sender).body.at("data").at("id").as_string());
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, OwnDataTest, test::both_engines(), test::engine_name);

TEST_P(OwnDataTest, DeletionAnonymisesTheAccountAndEndsEverySession) {
    const Sender me{.bearer = token_of()};
    const Sender other{.bearer = std::string(log_in().body.at("accessToken").as_string())};
    put("/api/profile/me", {{"enrollmentNumber", "2026CST001"}}, me);
    const auto id = id_of(me);
    EXPECT_EQ(get("/api/profile/me", other).status, 200);
    const auto answer = delete_me(me);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Set-Cookie"),
              "accessToken=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    EXPECT_EQ(get("/api/profile/me", me).status, 401);
    EXPECT_EQ(get("/api/profile/me", other).status, 401);
    EXPECT_EQ(log_in().status, 401);
    auto look = [&id](sql::Session& session) {
        return session.query_one(
            "SELECT u.full_name, u.email, p.enrollment_number FROM users u "
            "LEFT JOIN profiles p ON p.user_id = u.id WHERE u.id = $1",
            id);
    };
    const auto row = run(db().read(std::move(look)));
    ASSERT_TRUE(row);
    EXPECT_EQ(row->text(0), "Deleted user");
    EXPECT_EQ(row->text(1), "deleted-" + id + "@deleted.invalid");
    EXPECT_FALSE(row->maybe_text(2));
    EXPECT_EQ(sign_up().status, 201);  // the address is free again
}

TEST_P(OwnDataTest, DeletionNeedsThePassword) {
    const Sender me{.bearer = token_of()};
    EXPECT_EQ(delete_me(me, {{"currentPassword", "wrong horse"}}).fields(),
              std::vector<std::string>{"currentPassword"});
    EXPECT_EQ(delete_me(me, {}).fields(), std::vector<std::string>{"currentPassword"});
    EXPECT_EQ(ask_raw(http::Method::delete_, "/api/profile/me", "", me).status, 400);
    EXPECT_EQ(delete_me({}).status, 401);
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(OwnDataTest, PasswordsCannotBeGuessedByDeleting) {
    const Sender me{.bearer = token_of()};
    for (int i = 0; i < 10; ++i) {
        EXPECT_EQ(delete_me(me, {{"currentPassword", "wrong horse"}}).status, 400);
        clock.advance(std::chrono::minutes(1));
    }
    EXPECT_EQ(delete_me(me).status, 429);
    const json::object guess{{"currentPassword", "wrong horse"}, {"newPassword", "battery staple"}};
    EXPECT_EQ(post("/api/auth/change-password", guess, me).status, 429);
    clock.advance(std::chrono::minutes(5));
    EXPECT_EQ(delete_me(me).status, 200);
}

TEST_P(OwnDataTest, TheLastAdministratorStays) {
    const Sender first{.bearer = token_of("admin@college.example", {Role::admin})};
    const auto refused = delete_me(first);
    EXPECT_EQ(refused.status, 409);
    EXPECT_EQ(refused.code(), "last_admin");
    EXPECT_EQ(get("/api/profile/me", first).status, 200);
    const Sender second{.bearer = token_of("other@college.example", {Role::admin})};
    EXPECT_EQ(delete_me(first).status, 200);
    EXPECT_EQ(delete_me(second).status, 409);
}

TEST_P(OwnDataTest, OneWhoIsDisabledIsNoOtherAdministrator) {
    const Sender first{.bearer = token_of("admin@college.example", {Role::admin})};
    create("other@college.example", {Role::admin});
    auto disable = [](sql::Session& session) {
        session.execute("UPDATE users SET disabled = 1 WHERE email LIKE 'other@%'");
    };
    run(db().write(std::move(disable)));
    EXPECT_EQ(delete_me(first).code(), "last_admin");
}

TEST_P(OwnDataTest, DeletionKillsAPendingChangeOfAddress) {
    const Sender me{.bearer = token_of()};
    post("/api/profile/me/email", {{"newEmail", "ann@new.example"}, {"currentPassword", kPassword}},
         me);
    EXPECT_EQ(delete_me(me).status, 200);
    auto look = [](sql::Session& session) {
        return session.query_one("SELECT COUNT(*) FROM email_changes")->integer(0);
    };
    EXPECT_EQ(run(db().read(std::move(look))), 0);
}

}  // namespace
}  // namespace tripos::accounts
