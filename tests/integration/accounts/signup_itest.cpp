// SPDX-License-Identifier: MIT
// Sign-up, verification and its mail.

#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

class SignupTest : public AccountsTest {
  protected:
    Answer sign_up_as(const std::string& name, const std::string& password,
                      const std::string& peer = "192.0.2.1") {
        return post("/api/auth/signup",
                    {{"fullName", name}, {"email", kEmail}, {"password", password}},
                    {.peer = peer});
    }
    Answer verify(const std::string& token) {
        return post_nothing("/api/auth/verify-email/" + token);
    }
    Answer verify(const std::string& token, const json::object& body) {
        return post("/api/auth/verify-email/" + token, body);
    }
    /// Of every verification mail, the oldest first.
    std::vector<std::string> tokens() {
        std::vector<std::string> found;
        for (const auto& mail : mails()) {
            std::smatch match;
            if (std::regex_search(mail.html, match,
                                  std::regex("verify-email\\?token=([0-9a-f]{64})"))) {
                found.push_back(match[1]);
            }
        }
        return found;
    }
    std::int64_t count_users() {
        auto count = [](sql::Session& session) {
            return session.query_one("SELECT COUNT(*) FROM users")->integer(0);
        };
        return run(db().read(std::move(count)));
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, SignupTest, test::both_engines(), test::engine_name);

TEST_P(SignupTest, IsKeptTogetherWithItsMail) {
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

TEST_P(SignupTest, RefusesTheAddressOfAnAccountHoweverItIsSpelt) {
    create(kEmail);
    const auto again = sign_up("Ann@College.EXAMPLE");
    EXPECT_EQ(again.status, 409);
    EXPECT_EQ(again.code(), "email_taken");
    EXPECT_TRUE(mails().empty());
}

TEST_P(SignupTest, EachOfConcurrentSignUpsHasALinkAndOneBecomesTheAccount) {
    const auto answers = post_at_once(
        "/api/auth/signup", {{"fullName", "Ann"}, {"email", kEmail}, {"password", kPassword}}, 4);
    for (const auto& answer : answers) {
        EXPECT_EQ(answer.status, 201);
    }
    const auto links = tokens();
    ASSERT_EQ(links.size(), 4U);
    EXPECT_EQ(verify(links[1]).message(), "Email verified successfully");
    for (const auto& link : links) {
        EXPECT_EQ(verify(link).message(), "Email already verified");
    }
    EXPECT_EQ(count_users(), 1);
}

TEST_P(SignupTest, AStrangersSignUpTakesNothingFromTheOwner) {
    sign_up_as("Eve", "stolen horse");
    EXPECT_EQ(sign_up().status, 201);
    const auto links = tokens();
    ASSERT_EQ(links.size(), 2U);
    EXPECT_EQ(verify(links[1]).status, 200);
    EXPECT_EQ(log_in(kEmail, "stolen horse").status, 401);
    const auto mine = log_in();
    EXPECT_EQ(mine.status, 200);
    EXPECT_EQ(mine.body.at("user").at("fullName"), "Ann Example");
    verify(links[0]);  // pressed as well
    EXPECT_EQ(log_in(kEmail, "stolen horse").status, 401);
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(SignupTest, OurPageDoesNotActivateAStrangersPassword) {
    sign_up_as("Eve", "stolen horse");
    const auto link = tokens().at(0);
    const auto wrong = verify(link, {{"password", kPassword}});
    EXPECT_EQ(wrong.status, 400);
    EXPECT_EQ(wrong.fields(), std::vector<std::string>{"password"});
    EXPECT_EQ(verify(link, {{"newPassword", "password1"}}).fields(),
              std::vector<std::string>{"newPassword"});
    EXPECT_EQ(verify(link, {{"newPassword", kPassword}}).status, 200);
    EXPECT_EQ(log_in(kEmail, "stolen horse").status, 401);
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(SignupTest, OurPageTakesThePasswordOfTheSignUp) {
    sign_up();
    EXPECT_EQ(verify(last_token(), {{"password", kPassword}}).status, 200);
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(SignupTest, TriesOfALinksPasswordAreLimited) {
    sign_up();
    int tried = 0;
    for (int i = 0; i < 100; ++i) {
        tried += verify(last_token(), {{"password", "wrong horse"}}).status == 400 ? 1 : 0;
        clock.advance(std::chrono::seconds(5));
    }
    EXPECT_LE(tried, 10);
    EXPECT_GE(tried, 5);
    EXPECT_EQ(verify(last_token(), {{"password", kPassword}}).status, 429);
    clock.advance(std::chrono::minutes(15));
    EXPECT_EQ(verify(last_token(), {{"password", kPassword}}).status, 200);
}

TEST_P(SignupTest, TheMailSaysWhoAskedWhenAndFromWhereAndHoldsNoForeignLink) {
    sign_up_as("Win at https://evil.example/x", "stolen horse", "203.0.113.9");
    const auto html = mails().back().html;
    const auto first = html.find(
        "Somebody who gave the name Win at https evil example x asked for "
        "an account with this address on ");
    EXPECT_NE(first, std::string::npos) << html;
    EXPECT_NE(html.find("from 203.0.113.9."), std::string::npos);
    EXPECT_EQ(html.find("evil.example"), std::string::npos);
}

TEST_P(SignupTest, AResentLinkIsOfTheSignUpFromTheSamePlace) {
    sign_up();
    clock.advance(std::chrono::minutes(1));
    sign_up_as("Eve", "stolen horse", "203.0.113.9");
    clock.advance(std::chrono::minutes(1));
    EXPECT_EQ(post("/api/auth/resend-verification", {{"email", kEmail}}).status, 200);
    ASSERT_EQ(tokens().size(), 3U);
    EXPECT_EQ(log_in().status, 403);
    EXPECT_EQ(verify(last_token()).status, 200);
    EXPECT_EQ(log_in().status, 200);
}

struct BadSignup {
    const char* body;
    std::vector<std::string> fields;
};

TEST_P(SignupTest, NamesEveryBadField) {
    const BadSignup rows[] = {
        {R"({})", {"fullName", "email", "password"}},
        {R"({"fullName":" ","email":"a@b.example","password":"correct horse"})", {"fullName"}},
        {R"({"fullName":"\u200b","email":"a@b.example","password":"correct horse"})", {"fullName"}},
        {R"({"fullName":"A\r\nB","email":"a@b.example","password":"correct horse"})", {"fullName"}},
        {R"({"fullName":"A","email":"nobody","password":"correct horse"})", {"email"}},
        {R"({"fullName":"A","email":"a@b.example\r\nBcc: c@d.example","password":"correct horse"})",
         {"email"}},
        {R"({"fullName":"A","email":"a@b.example","password":"1234567"})", {"password"}},
        {R"({"fullName":"A","email":"a@b.example","password":"12345678"})", {"password"}},
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

TEST_P(SignupTest, LimitsMailsPerClientWhoeverIsToGetThem) {
    auto few = options();
    few.limits.mails_per_client.count = 2;
    start(few);
    EXPECT_EQ(sign_up("a@college.example").status, 201);
    EXPECT_EQ(post("/api/auth/forgot-password", {{"email", "b@college.example"}}).status, 200);
    const auto refused = sign_up("c@college.example");
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("Retry-After"), "3600");
    EXPECT_EQ(post("/api/auth/resend-verification", {{"email", "d@college.example"}}).status, 429);
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

TEST_P(SignupTest, InventedLinksCloseNoLiveOneToWhoeverKnowsThePassword) {
    auto few = options();
    few.limits.links_per_client.count = 3;
    start(few);
    sign_up();
    const auto live = "/api/auth/verify-email/" + last_token();
    for (int i = 0; i < 3; ++i) {
        post_nothing("/api/auth/verify-email/" + std::string(64, '0'));
    }
    EXPECT_EQ(post_nothing("/api/auth/verify-email/" + std::string(64, '0')).status, 429);
    EXPECT_EQ(post(live, {{"password", "wrong horse"}}).status, 400);
    EXPECT_EQ(post(live, {{"password", kPassword}}).status, 200);
}

TEST_P(SignupTest, InventedLinksUseUpNoRoomForCounters) {
    const auto token = token_of();
    for (std::size_t i = 0; i <= 2 * kRoom; ++i) {
        auto link = std::to_string(i);
        link.insert(0, 64 - link.size(), '0');
        const json::object chosen{{"newPassword", kPassword}};
        EXPECT_EQ(post("/api/auth/verify-email/" + link, chosen).code(), "invalid_token");
    }
    // It has a counter of its own account, which is the first of its kind.
    const json::object change{{"currentPassword", kPassword}, {"newPassword", "battery staple"}};
    EXPECT_EQ(post("/api/auth/change-password", change, {.bearer = token}).status, 200);
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
