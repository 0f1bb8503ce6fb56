// SPDX-License-Identifier: MIT
// Forgotten and changed passwords.

#include "accounts/enrolments.hpp"
#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

constexpr const char* kNewPassword = "battery staple";

class PasswordTest : public AccountsTest {
  protected:
    Answer forgot(const std::string& email = kEmail, Sender sender = {}) {
        return post("/api/auth/forgot-password", {{"email", email}}, std::move(sender));
    }
    Answer reset(const std::string& code, const std::string& email = kEmail, Sender sender = {}) {
        return post("/api/auth/reset-password", reset_body(code, email), std::move(sender));
    }
    Answer reset_by(const std::string& link) {
        return post("/api/auth/reset-password/" + link, {{"newPassword", kNewPassword}});
    }
    std::string last_link() { return last_match("reset-password\\?token=([0-9a-f]{64})"); }
    /// The browser that gets this answer, from then on.
    static Sender browser_of(const Answer& answer) {
        const auto cookie = answer.header("Set-Cookie");
        return {.jar = cookie.substr(0, cookie.find(';'))};
    }
    /// The cookie of a browser that has logged in.
    static std::string known_browser(const Answer& answer) {
        for (const auto& [name, value] : answer.headers) {
            if (name == "Set-Cookie" && value.starts_with("knownDevice=")) {
                return value.substr(0, value.find(';'));
            }
        }
        return {};
    }
    static json::object reset_body(const std::string& code, const std::string& email = kEmail) {
        return {{"email", email}, {"otp", code}, {"newPassword", kNewPassword}};
    }
    static std::string wrong(const std::string& code) {
        return code == "000000" ? "000001" : "000000";
    }
    int status_with(const std::string& token) {
        return get("/api/profile/me", {.bearer = token}).status;
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, PasswordTest, test::both_engines(), test::engine_name);

TEST_P(PasswordTest, ResetsWithTheMailedCodeAndEndsEverySession) {
    const auto token = token_of();
    EXPECT_EQ(status_with(token), 200);
    EXPECT_EQ(forgot().status, 200);
    const auto mail = mails().back();
    EXPECT_EQ(mail.kind, "password_otp");
    EXPECT_EQ(mail.priority, 10);
    EXPECT_TRUE(mail.sealed);
    clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(reset(last_code()).status, 200);
    EXPECT_EQ(mails().back().kind, "password_changed");
    EXPECT_EQ(status_with(token), 401);
    EXPECT_EQ(log_in().status, 401);
    EXPECT_EQ(log_in(kEmail, kNewPassword).status, 200);
}

TEST_P(PasswordTest, AResetThatProvesTheAddressMakesTheAccountThatOfTheRoster) {
    NewUser user{.full_name = "Ann Example",
                 .email = *mail::parse_address(kEmail),
                 .password_hash = "x",
                 .roles = {},
                 .email_verified = false};
    const auto id = *run(accounts_->signup().create_user(std::move(user), audit::system()));
    const auto number_of = [&] {
        auto look = [&](sql::Session& session) { return vouched_number(session, id); };
        return run(db().read(std::move(look))).value_or("");
    };
    auto enrol = [&](sql::Session& session) {
        const Enrolment ann{
            .number = "CS 1", .email = *mail::parse_address(kEmail), .full_name = "Ann Example"};
        vouch(session, ann, Departed(Secret("a key")), clock.now());
    };
    run(db().write(std::move(enrol)));
    EXPECT_EQ(number_of(), "");  // whoever signed up need not be Ann
    forgot();
    EXPECT_EQ(reset(last_code()).status, 200);
    EXPECT_EQ(number_of(), "CS 1");
}

TEST_P(PasswordTest, AnswersAlikeForKnownAndUnknownAddresses) {
    create(kEmail);
    const auto known = forgot();
    const auto unknown = forgot("unknown@college.example");
    EXPECT_EQ(unknown.status, known.status);
    EXPECT_EQ(unknown.body, known.body);
    EXPECT_EQ(mails().size(), 1U);
    const auto wrong_code = reset(wrong(last_code()));
    EXPECT_EQ(wrong_code.status, 400);
    EXPECT_EQ(reset("123456", "unknown@college.example").body, wrong_code.body);
}

TEST_P(PasswordTest, ACodeIsDeadAfterFiveWrongTries) {
    create(kEmail);
    forgot();
    const auto code = last_code();
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(reset(wrong(code)).status, 400);
    }
    EXPECT_EQ(reset(code).code(), "invalid_code");
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(PasswordTest, FourWrongTriesAreForgiven) {
    create(kEmail);
    forgot();
    const auto code = last_code();
    for (int i = 0; i < 4; ++i) {
        reset(wrong(code));
    }
    EXPECT_EQ(reset(code).status, 200);
}

TEST_P(PasswordTest, ACodeWorksOnceAndForTenMinutes) {
    create(kEmail);
    forgot();
    const auto code = last_code();
    EXPECT_EQ(reset(code).status, 200);
    EXPECT_EQ(reset(code).status, 400);
    forgot();
    clock.advance(std::chrono::minutes(10));
    EXPECT_EQ(reset(last_code()).status, 400);
    EXPECT_EQ(reset_by(last_link()).code(), "invalid_token");
}

TEST_P(PasswordTest, TheLinkDoesWhatTheCodeDoes) {
    const auto token = token_of();
    forgot();
    const auto code = last_code();
    const auto link = last_link();
    EXPECT_EQ(reset_by(std::string(64, '0')).code(), "invalid_token");
    EXPECT_EQ(reset_by("x").code(), "invalid_token");
    clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(reset_by(link).status, 200);
    EXPECT_EQ(mails().back().kind, "password_changed");
    EXPECT_EQ(status_with(token), 401);
    EXPECT_EQ(log_in(kEmail, kNewPassword).status, 200);
    EXPECT_EQ(reset_by(link).code(), "invalid_token");
    EXPECT_EQ(reset(code).code(), "invalid_code");
}

TEST_P(PasswordTest, InventedLinksFromTheSameAddressCloseNoLiveOne) {
    const auto token = token_of();
    forgot();
    const auto link = last_link();
    const auto most = AccountLimits().links_per_client.count;
    for (std::int64_t i = 0; i < most; ++i) {
        EXPECT_EQ(reset_by(std::string(64, '0')).code(), "invalid_token") << i;
    }
    EXPECT_EQ(reset_by(std::string(64, '0')).status, 429);
    EXPECT_EQ(post_nothing("/api/auth/verify-email/" + std::string(64, '0')).status, 429);
    clock.advance(std::chrono::seconds(1));
    EXPECT_EQ(reset_by(link).status, 200);
    EXPECT_EQ(status_with(token), 401);
    clock.advance(std::chrono::seconds(1));
    post("/api/auth/signup",
         {{"fullName", "New One"}, {"email", "new@college.example"}, {"password", kPassword}});
    EXPECT_EQ(post_nothing("/api/auth/verify-email/" + last_token()).status, 200);
}

TEST_P(PasswordTest, AResetProvesTheAddress) {
    create(kEmail);
    auto doubt = [](sql::Session& session) {
        session.execute("UPDATE users SET email_verified = 0");
    };
    run(db().write(std::move(doubt)));
    EXPECT_EQ(log_in().status, 403);
    forgot();
    EXPECT_EQ(reset(last_code()).status, 200);
    EXPECT_EQ(log_in(kEmail, kNewPassword).status, 200);
}

TEST_P(PasswordTest, StrangersNeitherSpendTheOwnersTriesNorReplaceTheOwnersCode) {
    create(kEmail);
    const auto owner = browser_of(forgot());
    const auto code = last_code();
    clock.advance(std::chrono::seconds(1));
    const auto stranger = browser_of(forgot());
    for (int i = 0; i < 20; ++i) {
        reset(wrong(code));
        reset(wrong(code), kEmail, stranger);
        EXPECT_EQ(reset(code, kEmail, stranger).status, 400);
    }
    EXPECT_EQ(reset(code, kEmail, owner).status, 200);
}

TEST_P(PasswordTest, TheOwnersBrowserHasFiveTriesToo) {
    create(kEmail);
    const auto owner = browser_of(forgot());
    const auto code = last_code();
    for (int i = 0; i < 5; ++i) {
        reset(wrong(code), kEmail, owner);
    }
    EXPECT_EQ(reset(code, kEmail, owner).status, 400);
    EXPECT_EQ(reset_by(last_link()).status, 200);
}

TEST_P(PasswordTest, WhenTheDaysTriesAreSpentOnlyLinksWork) {
    auto few = options();
    few.codes.per_day = 3;
    start(few);
    create(kEmail);
    const std::string others[] = {"bob@college.example", "carol@college.example", kEmail};
    forgot();
    const auto code = last_code();
    for (const auto& other : others) {
        EXPECT_EQ(reset(wrong(code), other).code(), "invalid_code");
    }
    EXPECT_EQ(reset(code).code(), "use_link");
    EXPECT_EQ(reset(code, "unknown@college.example").code(), "use_link");
    EXPECT_EQ(reset_by(last_link()).status, 200);
    clock.advance(std::chrono::hours(24));
    forgot();
    EXPECT_EQ(reset(last_code()).status, 200);
}

TEST_P(PasswordTest, OneAccountDoesNotSpendTheSitesTriesFromItsBrowser) {
    auto few = options();
    few.codes.per_day = 10;
    few.limits.codes_per_client.count = 4;
    start(few);
    create(kEmail);
    create("eve@college.example");
    forgot();
    const auto code = last_code();
    const json::object own{{"email", "eve@college.example"}, {"password", kPassword}};
    const auto browser = known_browser(post("/api/auth/login", own, {.peer = "198.51.100.7"}));
    for (int i = 0; i < 20; ++i) {
        reset("000000", "eve@college.example", {.peer = "198.51.100.7", .jar = browser});
    }
    EXPECT_EQ(reset(code).status, 200);
}

TEST_P(PasswordTest, StrangersAtTheSameAddressDoNotSpendTheOwnersTries) {
    auto few = options();
    few.limits.codes_per_client.count = 4;
    few.limits.own_codes.count = 3;
    start(few);
    create(kEmail);
    create("bob@college.example");
    const auto owner = browser_of(forgot());
    const auto code = last_code();
    for (int i = 0; i < 4; ++i) {
        reset("000000", "u" + std::to_string(i) + "@college.example");
    }
    EXPECT_EQ(reset(code).status, 429);
    const auto invented = "resetAsker=" + std::string(32, 'a');
    EXPECT_EQ(reset(code, kEmail, {.jar = invented}).status, 429);
    EXPECT_EQ(reset(code, "u9@college.example", owner).status, 429);
    EXPECT_EQ(reset(code, "bob@college.example", owner).status, 429) << "asked for another's";
    EXPECT_EQ(reset(code, kEmail, owner).status, 200);
    // An account is good for a few wrong ones a day.
    const auto again = browser_of(forgot());
    const auto second = last_code();
    for (int i = 0; i < 3; ++i) {
        EXPECT_EQ(reset(wrong(second), kEmail, again).status, 429);
    }
    EXPECT_EQ(reset(second, kEmail, again).status, 429);
    EXPECT_EQ(reset_by(last_link()).status, 200);
}

TEST_P(PasswordTest, WhoeverHasReadTheMailIsNotLockedOut) {
    create(kEmail);
    for (int i = 0; i < 10; ++i) {
        log_in(kEmail, "wrong horse");
        clock.advance(std::chrono::minutes(1));
    }
    EXPECT_EQ(log_in().status, 429);
    forgot();
    const auto browser = browser_of(reset(last_code()));
    const json::object right{{"email", kEmail}, {"password", kNewPassword}};
    EXPECT_EQ(post("/api/auth/login", right, browser).status, 200);
}

TEST_P(PasswordTest, ABrowserFromBeforeAResetIsAStranger) {
    create(kEmail);
    const auto thief = known_browser(log_in());
    forgot();
    const auto owner = browser_of(reset(last_code()));
    for (int i = 0; i < 10; ++i) {
        log_in(kEmail, "wrong horse");
        clock.advance(std::chrono::minutes(1));
    }
    const json::object right{{"email", kEmail}, {"password", kNewPassword}};
    EXPECT_EQ(post("/api/auth/login", right, {.jar = thief}).status, 429);
    EXPECT_EQ(post("/api/auth/login", right, owner).status, 200);
}

TEST_P(PasswordTest, ABrowserThatChangesThePasswordStaysKnownAndOthersDoNot) {
    const auto token = token_of();
    const auto other = known_browser(log_in());
    const json::object change{{"currentPassword", kPassword}, {"newPassword", kNewPassword}};
    const auto own = known_browser(post("/api/auth/change-password", change, {.bearer = token}));
    for (int i = 0; i < 10; ++i) {
        log_in(kEmail, "wrong horse");
        clock.advance(std::chrono::minutes(1));
    }
    const json::object right{{"email", kEmail}, {"password", kNewPassword}};
    EXPECT_EQ(post("/api/auth/login", right, {.jar = other}).status, 429);
    EXPECT_EQ(post("/api/auth/login", right, {.jar = own}).status, 200);
}

TEST_P(PasswordTest, AnAskerThatANeighbourMaySetIsNoneWhereCookiesAreBoundToTheHost) {
    auto bound = options();
    bound.cookie = {.secure = true, .host_bound = true};
    start(bound);
    create(kEmail);
    const auto planted = "resetAsker=" + std::string(32, 'a');
    const auto answer = forgot(kEmail, {.jar = planted});
    const auto cookie = answer.header("Set-Cookie");
    EXPECT_TRUE(cookie.starts_with("__Host-resetAsker=")) << cookie;
    EXPECT_EQ(cookie.find(std::string(32, 'a')), std::string::npos) << cookie;
    const auto code = last_code();
    for (int i = 0; i < 10; ++i) {
        reset(wrong(code), kEmail, {.jar = planted});
    }
    EXPECT_EQ(reset(code, kEmail, browser_of(answer)).status, 200);
}

TEST_P(PasswordTest, ANewCodeReplacesTheOld) {
    create(kEmail);
    forgot();
    const auto old = last_code();
    clock.advance(std::chrono::seconds(1));
    forgot();
    ASSERT_NE(last_code(), old);
    EXPECT_EQ(reset(old).status, 400);
    EXPECT_EQ(reset(last_code()).status, 200);
}

TEST_P(PasswordTest, AResetKillsTheCodesThatOtherBrowsersAskedFor) {
    create(kEmail);
    const auto phone = browser_of(forgot());
    const auto code_of_phone = last_code();
    clock.advance(std::chrono::seconds(1));
    const auto laptop = browser_of(forgot());
    ASSERT_NE(last_code(), code_of_phone);
    EXPECT_EQ(reset(last_code(), kEmail, laptop).status, 200);
    EXPECT_EQ(reset(code_of_phone, kEmail, phone).status, 400);
}

TEST_P(PasswordTest, OfConcurrentResetsOneSucceeds) {
    create(kEmail);
    forgot();
    const auto answers = post_at_once("/api/auth/reset-password", reset_body(last_code()), 20);
    EXPECT_EQ(std::count_if(answers.begin(), answers.end(),
                            [](const Answer& one) { return one.status == 200; }),
              1);
}

TEST_P(PasswordTest, ACodeOfOneAccountIsNoGoodForAnother) {
    create(kEmail);
    create("bob@college.example");
    forgot();
    EXPECT_EQ(reset(last_code(), "bob@college.example").status, 400);
}

TEST_P(PasswordTest, TheCodeMayBeANumber) {
    create(kEmail);
    forgot();
    auto body = reset_body("");
    body["otp"] = std::stoi(last_code());
    EXPECT_EQ(post("/api/auth/reset-password", body).status, 200);
}

TEST_P(PasswordTest, NamesEveryBadFieldOfAReset) {
    EXPECT_EQ(post("/api/auth/reset-password", json::object()).fields(),
              (std::vector<std::string>{"email", "otp", "newPassword"}));
    for (const char* code : {"12345", "1234567", "12345x", "-12345"}) {
        EXPECT_EQ(reset(code).fields(), std::vector<std::string>{"otp"}) << code;
    }
    auto weak = reset_body("123456");
    weak["newPassword"] = "short";
    EXPECT_EQ(post("/api/auth/reset-password", weak).fields(),
              std::vector<std::string>{"newPassword"});
    EXPECT_EQ(post("/api/auth/forgot-password", json::object()).status, 400);
}

TEST_P(PasswordTest, LimitsRequestsPerAccountWhetherOrNotItExists) {
    create(kEmail);
    for (const std::string email : {"ann@college.example", "unknown@college.example"}) {
        for (int i = 0; i < 5; ++i) {
            EXPECT_EQ(forgot(email).status, 200);
        }
        EXPECT_EQ(forgot(email).status, 429);
    }
}

TEST_P(PasswordTest, AStrangersMailsKeepNobodyFromAReset) {
    create(kEmail);
    const auto asked_from = [this](const std::string& peer) {
        int granted = 0;
        for (int i = 0; i < 10; ++i) {
            granted += forgot(kEmail, {.peer = peer}).status == 200 ? 1 : 0;
        }
        return granted;
    };
    EXPECT_EQ(asked_from("198.51.100.7"), 5);
    EXPECT_EQ(forgot(kEmail, {.peer = "192.0.2.1"}).status, 200);
    // And a mailbox is not flooded from however many addresses.
    int granted = 6;
    for (int i = 10; i < 30; ++i) {
        granted += asked_from("198.51.100." + std::to_string(i));
    }
    EXPECT_EQ(granted, 20);
}

TEST_P(PasswordTest, AChangeEndsTheOtherSessionsAndTellsTheOwner) {
    const auto mine = token_of();
    const auto other = std::string(log_in().body.at("accessToken").as_string());
    EXPECT_EQ(status_with(other), 200);
    const auto answer =
        post("/api/auth/change-password",
             {{"currentPassword", kPassword}, {"newPassword", kNewPassword}}, {.bearer = mine});
    ASSERT_EQ(answer.status, 200);
    const auto fresh = std::string(answer.body.at("accessToken").as_string());
    EXPECT_TRUE(answer.header("Set-Cookie").starts_with("accessToken=" + fresh + ";"));
    EXPECT_EQ(status_with(fresh), 200);
    EXPECT_EQ(status_with(mine), 200);
    EXPECT_EQ(status_with(other), 401);
    const auto notice = mails().back();
    EXPECT_EQ(notice.kind, "password_changed");
    EXPECT_EQ(notice.priority, 5);
    EXPECT_NE(notice.html.find("192.0.2.1"), std::string::npos);
    EXPECT_NE(notice.html.find("Test/1.0"), std::string::npos);
    EXPECT_EQ(log_in(kEmail, kNewPassword).status, 200);
}

TEST_P(PasswordTest, AChangeNeedsTheCurrentPasswordAndAnotherOne) {
    const auto token = token_of();
    const auto change = [&](const char* current, const char* replacement) {
        return post("/api/auth/change-password",
                    {{"currentPassword", current}, {"newPassword", replacement}},
                    {.bearer = token});
    };
    EXPECT_EQ(change("wrong horse", kNewPassword).fields(),
              std::vector<std::string>{"currentPassword"});
    EXPECT_EQ(change(kPassword, kPassword).fields(), std::vector<std::string>{"newPassword"});
    EXPECT_EQ(change(kPassword, "short").fields(), std::vector<std::string>{"newPassword"});
    EXPECT_EQ(change("", "").fields(),
              (std::vector<std::string>{"currentPassword", "newPassword"}));
    EXPECT_EQ(post("/api/auth/change-password", json::object()).status, 401);
    EXPECT_TRUE(mails().empty());
    EXPECT_EQ(log_in().status, 200);
}

}  // namespace
}  // namespace tripos::accounts
