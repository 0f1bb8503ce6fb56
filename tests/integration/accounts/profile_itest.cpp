// SPDX-License-Identifier: MIT
// The profile, and account administration.

#include <semaphore>

#include "accounts/candidate.hpp"
#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

class ProfileTest : public AccountsTest {
  protected:
    static json::object complete() {
        return {{"fullName", "Ann Other"}, {"enrollmentNumber", "2026CST001"},
                {"course", "btech"},       {"department", "CST"},
                {"year", "TWO"},           {"semester", "S3"}};
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ProfileTest, test::both_engines(), test::engine_name);

TEST_P(ProfileTest, IsEmptyAtFirst) {
    const auto answer = get("/api/profile/me", {.bearer = token_of()});
    ASSERT_EQ(answer.status, 200);
    const auto& data = answer.body.at("data").as_object();
    EXPECT_EQ(data.at("email"), kEmail);
    EXPECT_EQ(data.at("fullName"), "Ann Example");
    EXPECT_TRUE(data.at("emailVerified").as_bool());
    EXPECT_TRUE(data.at("profile").is_null());
    EXPECT_FALSE(data.at("profileComplete").as_bool());
}

TEST_P(ProfileTest, IsCompletedAndReadBackAtOnce) {
    const auto token = token_of();
    get("/api/profile/me", {.bearer = token});
    const auto answer = put("/api/profile/me", complete(), {.bearer = token});
    ASSERT_EQ(answer.status, 200);
    const auto& data = answer.body.at("data").as_object();
    EXPECT_EQ(data.at("fullName"), "Ann Other");
    EXPECT_TRUE(data.at("profileComplete").as_bool());
    EXPECT_EQ(data.at("profile"), (json::object{{"enrollmentNumber", "2026CST001"},
                                                {"course", "BTECH"},
                                                {"department", "CST"},
                                                {"year", "TWO"},
                                                {"semester", "S3"}}));
    EXPECT_EQ(get("/api/profile/me", {.bearer = token}).body.at("data"), data);
}

TEST_P(ProfileTest, ChangesOnlyWhatIsGiven) {
    const auto token = token_of();
    put("/api/profile/me", complete(), {.bearer = token});
    const auto answer = put("/api/profile/me", {{"semester", "S4"}}, {.bearer = token});
    ASSERT_EQ(answer.status, 200);
    const auto& data = answer.body.at("data").as_object();
    EXPECT_EQ(data.at("fullName"), "Ann Other");
    EXPECT_EQ(data.at("profile").at("semester"), "S4");
    EXPECT_EQ(data.at("profile").at("enrollmentNumber"), "2026CST001");
}

TEST_P(ProfileTest, OptsOutOfLeaderboards) {
    const auto token = token_of();
    const auto shown = [&] {
        return get("/api/profile/me", {.bearer = token}).body.at("data").at("showOnLeaderboard");
    };
    EXPECT_TRUE(shown().as_bool());
    EXPECT_EQ(put("/api/profile/me", {{"showOnLeaderboard", false}}, {.bearer = token}).status,
              200);
    EXPECT_FALSE(shown().as_bool());
    EXPECT_EQ(put("/api/profile/me", {{"showOnLeaderboard", "no"}}, {.bearer = token}).status, 400);
}

TEST_P(ProfileTest, NamesEveryBadField) {
    const auto token = token_of();
    const auto fields = [&](const json::object& body) {
        const auto answer = put("/api/profile/me", body, {.bearer = token});
        EXPECT_EQ(answer.status, 400);
        return answer.fields();
    };
    EXPECT_EQ(fields({{"course", "PHD"}, {"department", 1}, {"year", "SIX"}, {"semester", "S9"}}),
              (std::vector<std::string>{"course", "department", "year", "semester"}));
    EXPECT_EQ(fields({{"fullName", ""}}), std::vector<std::string>{"fullName"});
    EXPECT_EQ(fields({{"course", "BTECH"}}), std::vector<std::string>{"enrollmentNumber"});
    EXPECT_EQ(put("/api/profile/me", {{"unknown", 1}}, {.bearer = token}).status, 400);
    EXPECT_EQ(put("/api/profile/me", complete()).status, 401);
}

TEST_P(ProfileTest, RefusesAnEnrollmentNumberThatIsTaken) {
    put("/api/profile/me", complete(), {.bearer = token_of()});
    const auto other = token_of("bob@college.example");
    const auto answer = put("/api/profile/me", complete(), {.bearer = other});
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.code(), "enrollment_taken");
    EXPECT_EQ(get("/api/profile/me", {.bearer = other}).body.at("data").at("fullName"),
              "Ann Example");
}

TEST_P(ProfileTest, IsWhatExamsKnowOfACandidate) {
    const auto token = token_of();
    put("/api/profile/me", complete(), {.bearer = token});
    const auto id =
        std::string(get("/api/profile/me", {.bearer = token}).body.at("data").at("id").as_string());
    auto look = [&](sql::Session& session) { return find_candidates(session, {id}); };
    const auto candidates = run(db().read(std::move(look)));
    const auto candidate = candidates.find(id);
    ASSERT_NE(candidate, candidates.end());
    EXPECT_EQ(candidate->second.full_name, "Ann Other");
    EXPECT_EQ(candidate->second.department, "CST");
    EXPECT_EQ(candidate->second.extra_time, std::chrono::minutes(0));
}

class UsersTest : public AccountsTest {
  protected:
    Sender admin() {
        if (admin_.empty()) {
            admin_ = token_of("admin@college.example", {Role::admin});
        }
        return {.bearer = admin_};
    }

    int count_ = 0;

  private:
    std::string admin_;
};
INSTANTIATE_TEST_SUITE_P(Engines, UsersTest, test::both_engines(), test::engine_name);

TEST_P(UsersTest, AreForAdministratorsOnly) {
    const auto id = create("bob@college.example");
    const auto token = token_of();
    for (const Sender& sender : {Sender{.bearer = token}, Sender{}}) {
        const int expected = sender.bearer.empty() ? 401 : 403;
        EXPECT_EQ(get("/api/admin/users", sender).status, expected);
        EXPECT_EQ(get("/api/admin/users/" + id, sender).status, expected);
        EXPECT_EQ(put("/api/admin/users/" + id, {{"role", "ADMIN"}}, sender).status, expected);
        EXPECT_EQ(remove("/api/admin/users/" + id, sender).status, expected);
    }
}

TEST_P(UsersTest, AreListedNewestFirstSearchedAndPaged) {
    admin();
    for (int i = 0; i < 12; ++i) {
        clock.advance(std::chrono::seconds(1));
        create("user" + std::to_string(i) + "@college.example");
    }
    const auto first = get("/api/admin/users", admin());
    ASSERT_EQ(first.status, 200);
    EXPECT_EQ(first.body.at("data").as_array().size(), 10U);
    EXPECT_EQ(first.body.at("data").at(0).at("email"), "user11@college.example");
    EXPECT_EQ(
        first.body.at("pagination"),
        (json::object{{"totalItems", 13}, {"totalPages", 2}, {"currentPage", 1}, {"limit", 10}}));
    EXPECT_EQ(get("/api/admin/users?page=2", admin()).body.at("data").as_array().size(), 3U);
    EXPECT_EQ(get("/api/admin/users?search=USER1", admin()).body.at("data").as_array().size(), 3U);
    EXPECT_EQ(get("/api/admin/users?search=%25", admin()).body.at("data").as_array().size(), 0U);
    EXPECT_EQ(
        get("/api/admin/users?search=ann%20ex", admin()).body.at("pagination").at("totalItems"),
        13);
}

TEST_P(UsersTest, AreFoundWhateverTheCaseAndTheAccents) {
    const auto rename = [this](const char* name) {
        const auto email = "user" + std::to_string(++count_) + "@college.example";
        const auto answer =
            put("/api/profile/me", {{"fullName", name}}, {.bearer = token_of(email)});
        ASSERT_EQ(answer.status, 200);
    };
    rename("Zoë Müller");
    rename("ΣΊΣΥΦΟΣ Straße");
    const auto found = [this](const std::string& search) {
        const auto answer = get("/api/admin/users?search=" + search, admin());
        return answer.body.at("pagination").at("totalItems").as_int64();
    };
    for (const auto* const zoe :
         {"ZO%C3%8B", "zoe", "zoe%CC%88", "M%C3%BCLLER", "Zoe%20mu", "%20Zoe%20"}) {
        EXPECT_EQ(found(zoe), 1) << zoe;
    }
    EXPECT_EQ(found("%CF%83%CE%AF%CF%83%CF%85%CF%86%CE%BF%CF%82"), 1);
    EXPECT_EQ(found("STRASSE"), 1);
    EXPECT_EQ(found("zo%25"), 0);

    // As before names were folded.
    auto forget = [](sql::Session& session) {
        return session.execute("UPDATE users SET folded_name = NULL");
    };
    run(db().write(std::move(forget)));
    EXPECT_EQ(found("zoe"), 0);
    run(accounts_->start());
    EXPECT_EQ(found("zoe"), 1);
}

TEST_P(UsersTest, AreShownAndUnknownIdsAreNot) {
    const auto id = create("bob@college.example");
    const auto answer = get("/api/admin/users/" + id, admin());
    ASSERT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body.at("data").at("role"), "USER");
    EXPECT_EQ(answer.body.at("data").at("createdAt"), "2026-01-05T09:00:00.000Z");
    for (const char* unknown : {"x", "018f0000-0000-7000-8000-000000000001"}) {
        const auto path = std::string("/api/admin/users/") + unknown;
        EXPECT_EQ(get(path, admin()).status, 404);
        EXPECT_EQ(put(path, {{"disabled", true}}, admin()).status, 404);
        EXPECT_EQ(remove(path, admin()).status, 404);
    }
}

TEST_P(UsersTest, GetExtraMinutes) {
    const auto id = create("bob@college.example");
    const auto path = "/api/admin/users/" + id;
    EXPECT_EQ(put(path, {{"extraMinutes", 20}}, admin()).body.at("data").at("extraMinutes"), 20);
    auto look = [&](sql::Session& session) { return hold_candidate(session, id); };
    EXPECT_EQ(run(db().write(std::move(look))), std::chrono::minutes(20));
    for (const json::object& bad :
         {json::object{{"extraMinutes", -1}}, json::object{{"extraMinutes", 1.5}},
          json::object{{"extraMinutes", "x"}}, json::object{{"role", "ROOT"}},
          json::object{{"disabled", "yes"}}, json::object{}}) {
        EXPECT_EQ(put(path, bad, admin()).status, 400) << json::serialize(bad);
    }
}

TEST_P(UsersTest, AreFoundByTheirNumber) {
    create("bob@college.example");
    const auto token = token_of();
    ASSERT_EQ(
        put("/api/profile/me", {{"enrollmentNumber", "CS/2026-A7"}}, {.bearer = token}).status,
        200);
    const auto answer = get("/api/admin/users?search=2026-a7", admin());
    EXPECT_EQ(answer.body.at("pagination").at("totalItems"), 1);
    EXPECT_EQ(answer.body.at("data").at(0).at("profile").at("enrollmentNumber"), "CS/2026-A7");
}

TEST_P(UsersTest, AreChangedByAProvenAdministratorWhereAPasswordIsGiven) {
    const auto id = create("bob@college.example");
    const auto path = "/api/admin/users/" + id;
    const json::array admin_role{"ADMIN"};
    const auto refused =
        put(path, {{"roles", admin_role}, {"currentPassword", "not that one"}}, admin());
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.body.at("errors").at(0).at("field"), "currentPassword");
    EXPECT_EQ(get(path, admin()).body.at("data").at("roles").as_array().size(), 0U);
    const auto done = put(path, {{"roles", admin_role}, {"currentPassword", kPassword}}, admin());
    EXPECT_EQ(done.status, 200);
    EXPECT_EQ(done.body.at("data").at("roles").at(0), "ADMIN");
}

TEST_P(UsersTest, LoseTheirSessionsWhenDisabled) {
    const auto token = token_of();
    const auto id =
        std::string(get("/api/profile/me", {.bearer = token}).body.at("data").at("id").as_string());
    EXPECT_EQ(put("/api/admin/users/" + id, {{"disabled", true}}, admin()).status, 200);
    EXPECT_EQ(get("/api/profile/me", {.bearer = token}).status, 401);
    const auto refused = log_in();
    EXPECT_EQ(refused.status, 403);
    EXPECT_EQ(refused.code(), "account_disabled");
    EXPECT_EQ(put("/api/admin/users/" + id, {{"disabled", false}}, admin()).status, 200);
    EXPECT_EQ(get("/api/profile/me", {.bearer = token}).status, 401) << "it is over for good";
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(UsersTest, BecomeAdministratorsAndStopBeingItAtOnce) {
    const auto token = token_of();
    const auto id =
        std::string(get("/api/profile/me", {.bearer = token}).body.at("data").at("id").as_string());
    EXPECT_EQ(get("/api/admin/users", {.bearer = token}).status, 403);
    put("/api/admin/users/" + id, {{"role", "admin"}}, admin());
    EXPECT_EQ(get("/api/admin/users", {.bearer = token}).status, 200);
    put("/api/admin/users/" + id, {{"role", "USER"}}, admin());
    EXPECT_EQ(get("/api/admin/users", {.bearer = token}).status, 403);
}

TEST_P(UsersTest, AreAnonymisedWhenDeletedAndTheirAddressIsFreeAgain) {
    const auto token = token_of();
    const auto id =
        std::string(get("/api/profile/me", {.bearer = token}).body.at("data").at("id").as_string());
    EXPECT_EQ(remove("/api/admin/users/" + id, admin()).status, 200);
    EXPECT_EQ(get("/api/profile/me", {.bearer = token}).status, 401);
    EXPECT_EQ(get("/api/admin/users/" + id, admin()).status, 404);
    EXPECT_EQ(log_in().status, 401);
    auto look = [&](sql::Session& session) {
        return session.query_one("SELECT full_name, email FROM users WHERE id = $1", id);
    };
    const auto row = run(db().read(std::move(look)));
    ASSERT_TRUE(row);
    EXPECT_EQ(row->text(0), "Deleted user");
    EXPECT_EQ(row->text(1).find("ann"), std::string::npos);
    EXPECT_EQ(sign_up().status, 201);
}

TEST_P(UsersTest, CannotLockThemselvesOut) {
    const auto id =
        std::string(get("/api/profile/me", admin()).body.at("data").at("id").as_string());
    const auto path = "/api/admin/users/" + id;
    EXPECT_EQ(put(path, {{"role", "USER"}}, admin()).status, 409);
    EXPECT_EQ(put(path, {{"disabled", true}}, admin()).status, 409);
    EXPECT_EQ(remove(path, admin()).status, 409);
    EXPECT_EQ(put(path, {{"extraMinutes", 5}}, admin()).status, 200);
}

class UsersOfSeveralProcesses : public UsersTest {
  protected:
    using Act = std::function<bool(sql::Session&)>;

    Act make(std::string id, std::string role) {
        return [id = std::move(id), role = std::move(role)](sql::Session& session) {
            return session.execute("UPDATE users SET role = $2 WHERE id = $1", id, role) == 1;
        };
    }
    std::unique_ptr<sql::Database> process() {
        return sql::Database::open(test_database().options());
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, UsersOfSeveralProcesses, testing::Values(sql::Engine::postgres),
                         test::engine_name);

TEST_P(UsersOfSeveralProcesses, WhoBecameTheLastAdministratorMeanwhileStaysOne) {
    const auto ann = create("ann@college.example");
    const auto admin_id =
        std::string(get("/api/profile/me", admin()).body.at("data").at("id").as_string());
    const auto second = process();
    const auto third = process();
    std::binary_semaphore done{0};
    std::binary_semaphore may_commit{0};
    Act leave = [&](sql::Session& session) {
        const bool left = make(admin_id, "USER")(session);
        done.release();
        may_commit.acquire();
        return left;
    };
    auto left = asio::co_spawn(test::context(), second->write(std::move(leave)), asio::use_future);
    done.acquire();
    auto demote =
        request(http::Method::put, "/api/admin/users/" + ann, R"({"role":"USER"})", admin());
    auto answer = asio::co_spawn(test::context(), router_->dispatch(demote), asio::use_future);
    answer.wait_for(std::chrono::milliseconds(300));  // it waits for the administrator who leaves
    EXPECT_TRUE(run(third->write(make(ann, "ADMIN"))));
    may_commit.release();
    EXPECT_TRUE(left.get());
    EXPECT_EQ(answer_of(answer.get()).code(), "last_admin");
}

}  // namespace
}  // namespace tripos::accounts
