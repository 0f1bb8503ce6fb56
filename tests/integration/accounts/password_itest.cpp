// SPDX-License-Identifier: MIT
// Forgotten and changed passwords.

#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

constexpr const char* kNewPassword = "battery staple";

class PasswordTest : public AccountsTest {
  protected:
    Answer forgot(const std::string& email = kEmail) {
        return post("/api/auth/forgot-password", {{"email", email}});
    }
    Answer reset(const std::string& code, const std::string& email = kEmail) {
        return post("/api/auth/reset-password", reset_body(code, email));
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
    EXPECT_EQ(reset(last_code()).status, 200);
    EXPECT_EQ(status_with(token), 401);
    EXPECT_EQ(log_in().status, 401);
    EXPECT_EQ(log_in(kEmail, kNewPassword).status, 200);
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

TEST_P(PasswordTest, ACodeWorksOnceAndForAQuarterOfAnHour) {
    create(kEmail);
    forgot();
    EXPECT_EQ(reset(last_code()).status, 200);
    EXPECT_EQ(reset(last_code()).status, 400);
    forgot();
    clock.advance(std::chrono::minutes(15));
    EXPECT_EQ(reset(last_code()).status, 400);
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
