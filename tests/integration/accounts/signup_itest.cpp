// SPDX-License-Identifier: MIT
// Sign-up, verification and its mail.

#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

class SignupTest : public AccountsTest {};
INSTANTIATE_TEST_SUITE_P(Engines, SignupTest, test::both_engines(), test::engine_name);

TEST_P(SignupTest, CreatesAnAccountAndAcceptsItsMail) {
    const auto answer = sign_up();
    EXPECT_EQ(answer.status, 201);
    EXPECT_TRUE(answer.body.at("success").as_bool());
    EXPECT_EQ(nudges, 1);
    const auto sent = mails();
    ASSERT_EQ(sent.size(), 1U);
    EXPECT_EQ(sent[0].kind, "verification");
    EXPECT_EQ(sent[0].to, kEmail);
    EXPECT_EQ(sent[0].priority, 10);
    EXPECT_TRUE(sent[0].sealed);
    EXPECT_NE(sent[0].html.find("https://app.example/verify-email?token="), std::string::npos);
}

TEST_P(SignupTest, RefusesATakenAddressHoweverItIsSpelt) {
    sign_up();
    const auto again = sign_up("Ann@College.EXAMPLE");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "email_taken");
    EXPECT_EQ(mails().size(), 1U);
}

TEST_P(SignupTest, OfConcurrentSignUpsOneSucceeds) {
    const auto answers = post_at_once(
        "/api/auth/signup", {{"fullName", "Ann"}, {"email", kEmail}, {"password", kPassword}}, 10);
    EXPECT_EQ(std::count_if(answers.begin(), answers.end(),
                            [](const Answer& one) { return one.status == 201; }),
              1);
    EXPECT_EQ(std::count_if(answers.begin(), answers.end(),
                            [](const Answer& one) { return one.status == 409; }),
              9);
    EXPECT_EQ(mails().size(), 1U);
}

struct BadSignup {
    const char* body;
    std::vector<std::string> fields;
};

TEST_P(SignupTest, NamesEveryBadField) {
    const BadSignup rows[] = {
        {R"({})", {"fullName", "email", "password"}},
        {R"({"fullName":" ","email":"a@b.example","password":"correct horse"})", {"fullName"}},
        {R"({"fullName":"A\r\nB","email":"a@b.example","password":"correct horse"})", {"fullName"}},
        {R"({"fullName":"A","email":"nobody","password":"correct horse"})", {"email"}},
        {R"({"fullName":"A","email":"a@b.example\r\nBcc: c@d.example","password":"correct horse"})",
         {"email"}},
        {R"({"fullName":"A","email":"a@b.example","password":"1234567"})", {"password"}},
        {R"({"fullName":"A","email":7,"password":true})", {"email", "password"}},
        {R"({"fullName":null,"email":"a@b.example","password":"correct horse"})", {"fullName"}},
    };
    for (const auto& row : rows) {
        const auto answer = ask_raw(http::Method::post, "/api/auth/signup", row.body);
        EXPECT_EQ(answer.status, 400) << row.body;
        EXPECT_EQ(answer.fields(), row.fields) << row.body;
        EXPECT_FALSE(answer.message().empty());
    }
    const std::string umlauts = "\"" + std::string(1002, 'a') + "\"";
    EXPECT_EQ(ask_raw(http::Method::post, "/api/auth/signup",
                      R"({"fullName":"A","email":"a@b.example","password":)" + umlauts + "}")
                  .fields(),
              std::vector<std::string>{"password"});
    EXPECT_TRUE(mails().empty());
}

TEST_P(SignupTest, LimitsSignUpsPerAddress) {
    auto few = options();
    few.limits.signup_per_address.count = 2;
    start(few);
    EXPECT_EQ(sign_up("a@college.example").status, 201);
    EXPECT_EQ(sign_up("b@college.example").status, 201);
    const auto refused = sign_up("c@college.example");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("Retry-After"), "3600");
    clock.advance(std::chrono::hours(1));
    EXPECT_EQ(sign_up("c@college.example").status, 201);
}

TEST_P(SignupTest, VerifiesOnceAndSaysSoTheSecondTime) {
    sign_up();
    const auto path = "/api/auth/verify-email/" + last_token();
    EXPECT_EQ(log_in().status, 403);
    const auto first = post_nothing(path);
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(first.message(), "Email verified successfully");
    EXPECT_EQ(log_in().status, 200);
    const auto second = post_nothing(path);
    EXPECT_EQ(second.status, 200);
    EXPECT_EQ(second.message(), "Email already verified");
}

TEST_P(SignupTest, RefusesUnknownMalformedAndExpiredLinks) {
    sign_up();
    const std::string bad[] = {"x", "%00", std::string(64, '0'), std::string(5000, 'a')};
    for (const auto& token : bad) {
        const auto answer = post_nothing("/api/auth/verify-email/" + token);
        EXPECT_EQ(answer.status, 400) << token;
        EXPECT_EQ(answer.code(), "invalid_token");
    }
    clock.advance(std::chrono::hours(24));
    EXPECT_EQ(post_nothing("/api/auth/verify-email/" + last_token()).status, 400);
    EXPECT_EQ(log_in().status, 403);
}

TEST_P(SignupTest, ResendsTheLinkButNotTooSoonAndTellsNobody) {
    sign_up();
    create("verified@college.example");
    const auto resend = [this](const std::string& email) {
        return post("/api/auth/resend-verification", {{"email", email}});
    };
    const auto too_soon = resend(kEmail);
    EXPECT_EQ(too_soon.status, 200);
    EXPECT_EQ(mails().size(), 1U);
    // Front ends count down 30 s before they offer it.
    clock.advance(std::chrono::seconds(24));
    resend(kEmail);
    EXPECT_EQ(mails().size(), 1U);
    clock.advance(std::chrono::seconds(2));
    const auto sent = resend(kEmail);
    EXPECT_EQ(mails().size(), 2U);
    for (const auto& other :
         {sent, resend("unknown@college.example"), resend("verified@college.example")}) {
        EXPECT_EQ(other.status, too_soon.status);
        EXPECT_EQ(other.body, too_soon.body);
    }
    EXPECT_EQ(mails().size(), 2U);
    EXPECT_EQ(post_nothing("/api/auth/verify-email/" + last_token()).status, 200);
}

TEST_P(SignupTest, LimitsResendsPerAccountWhetherOrNotItExists) {
    for (const std::string email : {"ann@college.example", "unknown@college.example"}) {
        for (int i = 0; i < 5; ++i) {
            EXPECT_EQ(post("/api/auth/resend-verification", {{"email", email}}).status, 200);
        }
        EXPECT_EQ(post("/api/auth/resend-verification", {{"email", email}}).status, 429);
    }
    EXPECT_EQ(post("/api/auth/resend-verification", json::object()).status, 400);
}

}  // namespace
}  // namespace tripos::accounts
