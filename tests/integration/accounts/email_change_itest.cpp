// SPDX-License-Identifier: MIT
// A new address for an account: asked for, confirmed, undone.

#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

constexpr const char* kNewEmail = "Ann@New.example";
constexpr const char* kThird = "third@new.example";

class EmailChangeTest : public AccountsTest {
  protected:
    void SetUp() override {
        token_ = token_of();
        me_ = {.bearer = token_};
    }

    Answer ask(const std::string& new_email = kNewEmail, const std::string& password = kPassword) {
        return post("/api/profile/me/email",
                    {{"newEmail", new_email}, {"currentPassword", password}}, me_);
    }
    /// Asks, and gives the two tokens.
    struct Tokens {
        std::string confirm;
        std::string revert;
    };
    Tokens tokens(const std::string& new_email = kNewEmail) {
        clock.advance(std::chrono::milliseconds(1));
        EXPECT_EQ(ask(new_email).status, 202);
        return {.confirm = token_in("email_change", "confirm-email"),
                .revert = token_in("email_change_notice", "revert-email")};
    }
    Answer confirm(const std::string& token) {
        return post_nothing("/api/auth/confirm-email/" + token);
    }
    Answer revert(const std::string& token) {
        return post_nothing("/api/auth/revert-email/" + token);
    }
    std::string address() {
        const auto answer = get("/api/profile/me", me_);
        return answer.status == 200 ? std::string(answer.body.at("data").at("email").as_string())
                                    : std::to_string(answer.status);
    }
    void log_in_again(const std::string& email) {
        me_.bearer = std::string(log_in(email).body.at("accessToken").as_string());
    }
    SentMail last_mail(const std::string& kind) {
        SentMail last;
        for (auto& mail : mails()) {
            if (mail.kind == kind) {
                last = std::move(mail);
            }
        }
        return last;
    }

    std::string token_;
    Sender me_;

  private:
    std::string token_in(const std::string& kind, const std::string& page) {
        const auto html = last_mail(kind).html;
        std::smatch match;
        const std::regex link("http://localhost:8000/" + page + "\\?token=([0-9a-f]{64})");
        return std::regex_search(html, match, link) ? match[1].str() : "";
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, EmailChangeTest, test::both_engines(), test::engine_name);

TEST_P(EmailChangeTest, MailsALinkToTheNewAddressAndANoticeToTheOld) {
    const int nudges_before = nudges;
    EXPECT_EQ(ask().status, 202);
    EXPECT_EQ(nudges, nudges_before + 1);
    ASSERT_EQ(mails().size(), 2U);
    const auto link = last_mail("email_change");
    EXPECT_EQ(link.to, kNewEmail);
    const auto notice = last_mail("email_change_notice");
    EXPECT_EQ(notice.to, kEmail);
    for (const auto* detail : {kNewEmail, "192.0.2.1", "Test/1.0", "7 days"}) {
        EXPECT_NE(notice.html.find(detail), std::string::npos) << detail;
    }
    for (const auto& mail : {link, notice}) {
        EXPECT_EQ(mail.priority, 10);
        EXPECT_TRUE(mail.sealed);
    }
    EXPECT_EQ(address(), kEmail);
    EXPECT_EQ(log_in(kNewEmail).status, 401);
}

TEST_P(EmailChangeTest, StoresNoToken) {
    const auto links = tokens();
    auto look = [](sql::Session& session) {
        const auto row = *session.query_one("SELECT confirm_hash, revert_hash FROM email_changes");
        return row.text(0) + row.text(1);
    };
    const auto stored = run(db().read(std::move(look)));
    EXPECT_EQ(stored.find(links.confirm), std::string::npos);
    EXPECT_EQ(stored.find(links.revert), std::string::npos);
}

TEST_P(EmailChangeTest, TakesEffectOnceConfirmed) {
    const auto links = tokens();
    EXPECT_EQ(address(), kEmail);  // and is cached
    EXPECT_EQ(confirm(links.confirm).status, 200);
    EXPECT_EQ(address(), kNewEmail);
    EXPECT_EQ(log_in("ann@new.example").status, 200);
    EXPECT_EQ(log_in(kEmail).status, 401);
    EXPECT_TRUE(get("/api/profile/me", me_).body.at("data").at("emailVerified").as_bool());
}

TEST_P(EmailChangeTest, NamesEveryBadField) {
    const auto fields = [&](const json::object& body) {
        const auto answer = post("/api/profile/me/email", body, me_);
        EXPECT_EQ(answer.status, 400);
        return answer.fields();
    };
    EXPECT_EQ(fields({}), (std::vector<std::string>{"newEmail", "currentPassword"}));
    EXPECT_EQ(fields({{"newEmail", "nobody"}, {"currentPassword", kPassword}}),
              std::vector<std::string>{"newEmail"});
    EXPECT_EQ(fields({{"newEmail", kNewEmail}, {"currentPassword", "wrong horse"}}),
              std::vector<std::string>{"currentPassword"});
    EXPECT_EQ(fields({{"newEmail", "ANN@college.example"}, {"currentPassword", kPassword}}),
              std::vector<std::string>{"newEmail"});
    EXPECT_TRUE(mails().empty());
    me_ = {};
    EXPECT_EQ(ask().status, 401);
}

TEST_P(EmailChangeTest, RefusesAnAddressThatIsTaken) {
    create("ann@new.example");
    const auto answer = ask();
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.code(), "email_taken");
    EXPECT_TRUE(mails().empty());
}

TEST_P(EmailChangeTest, RefusesAnAddressThatWasTakenBeforeTheConfirmation) {
    const auto links = tokens();
    const auto rival = create("ann@new.example");
    const auto answer = confirm(links.confirm);
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.code(), "email_taken");
    EXPECT_EQ(address(), kEmail);
    const Sender admin{.bearer = token_of("admin@college.example", {Role::admin})};
    EXPECT_EQ(remove("/api/admin/users/" + rival, admin).status, 200);
    EXPECT_EQ(confirm(links.confirm).status, 200);
}

TEST_P(EmailChangeTest, OfTwoAccountsThatWantAnAddressOneGetsIt) {
    const auto mine = tokens();
    me_ = {.bearer = token_of("bob@college.example")};
    const auto others = tokens();
    EXPECT_EQ(confirm(others.confirm).status, 200);
    EXPECT_EQ(confirm(mine.confirm).status, 409);
}

TEST_P(EmailChangeTest, LinksWorkOnceAndNotForEachOther) {
    const auto links = tokens();
    for (const std::string& forged : {std::string(64, '0'), std::string("x"), links.revert}) {
        EXPECT_EQ(confirm(forged).code(), "invalid_token");
    }
    for (const std::string& forged : {std::string(64, '0'), std::string("x"), links.confirm}) {
        EXPECT_EQ(revert(forged).code(), "invalid_token");
    }
    EXPECT_EQ(confirm(links.confirm).status, 200);
    EXPECT_EQ(confirm(links.confirm).status, 200) << "the button was pressed twice";
    EXPECT_EQ(revert(links.revert).status, 200);
    EXPECT_EQ(revert(links.revert).status, 400);
    EXPECT_EQ(confirm(links.confirm).status, 400);
}

TEST_P(EmailChangeTest, ConcurrentConfirmationsOfOneLinkSayTheSame) {
    const auto links = tokens();
    const auto answers = post_at_once("/api/auth/confirm-email/" + links.confirm, {}, 10);
    EXPECT_EQ(std::count_if(answers.begin(), answers.end(),
                            [](const Answer& one) { return one.status == 200; }),
              10);
    EXPECT_EQ(address(), kNewEmail);
}

TEST_P(EmailChangeTest, ALinkPressedAgainDoesNotUndoALaterChange) {
    const auto first = tokens();
    EXPECT_EQ(confirm(first.confirm).status, 200);
    const auto second = tokens(kThird);
    EXPECT_EQ(confirm(second.confirm).status, 200);
    EXPECT_EQ(confirm(first.confirm).status, 400);
    EXPECT_EQ(address(), kThird);
}

TEST_P(EmailChangeTest, TheConfirmationLivesADayAndTheRevertSeven) {
    const auto links = tokens();
    clock.advance(std::chrono::hours(24));
    EXPECT_EQ(confirm(links.confirm).status, 400);
    const auto second = tokens();
    EXPECT_EQ(confirm(second.confirm).status, 200);
    clock.advance(std::chrono::hours(7 * 24));
    EXPECT_EQ(revert(second.revert).status, 400);
    EXPECT_EQ(log_in(kNewEmail).status, 200);
}

TEST_P(EmailChangeTest, ANewRequestReplacesTheOneBefore) {
    const auto first = tokens();
    const auto second = tokens(kThird);
    EXPECT_EQ(confirm(first.confirm).status, 400);
    EXPECT_EQ(confirm(second.confirm).status, 200);
    EXPECT_EQ(address(), kThird);
}

TEST_P(EmailChangeTest, ARevertRestoresTheAddressAndEndsEverySession) {
    const auto links = tokens();
    confirm(links.confirm);
    EXPECT_EQ(address(), kNewEmail);
    EXPECT_EQ(revert(links.revert).status, 200);
    EXPECT_EQ(address(), "401");
    EXPECT_EQ(log_in(kNewEmail).status, 401);
    log_in_again(kEmail);
    EXPECT_EQ(address(), kEmail);
}

TEST_P(EmailChangeTest, ARevertBeforeTheConfirmationKillsTheLink) {
    const auto links = tokens();
    EXPECT_EQ(revert(links.revert).status, 200);
    EXPECT_EQ(confirm(links.confirm).status, 400);
    EXPECT_EQ(address(), "401");
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(EmailChangeTest, TheFirstOwnerCanUndoAWholeChain) {
    const auto first = tokens();
    confirm(first.confirm);
    const auto second = tokens(kThird);
    confirm(second.confirm);
    EXPECT_EQ(revert(first.revert).status, 200);
    EXPECT_EQ(revert(second.revert).status, 400);
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(EmailChangeTest, ALaterRevertDoesNotTakeTheFirstOwnersAway) {
    const auto first = tokens();
    confirm(first.confirm);
    const auto second = tokens(kThird);
    EXPECT_EQ(revert(second.revert).status, 200);
    EXPECT_EQ(log_in(kNewEmail).status, 200);
    EXPECT_EQ(revert(first.revert).status, 200);
    EXPECT_EQ(log_in().status, 200);
}

TEST_P(EmailChangeTest, TheOldAddressIsReservedWhileItCanComeBack) {
    const auto links = tokens();
    confirm(links.confirm);
    EXPECT_EQ(sign_up().status, 409);
    EXPECT_EQ(ask(kEmail).status, 202);  // but not for its owner
    clock.advance(std::chrono::hours(7 * 24));
    EXPECT_EQ(sign_up().status, 201);
}

TEST_P(EmailChangeTest, AChangedPasswordKillsTheConfirmation) {
    const auto links = tokens();
    EXPECT_EQ(post("/api/auth/change-password",
                   {{"currentPassword", kPassword}, {"newPassword", "battery staple"}}, me_)
                  .status,
              200);
    EXPECT_EQ(confirm(links.confirm).status, 400);
}

TEST_P(EmailChangeTest, AResetPasswordKillsTheConfirmation) {
    const auto links = tokens();
    clock.advance(std::chrono::seconds(1));
    post("/api/auth/forgot-password", {{"email", kEmail}});
    EXPECT_EQ(post("/api/auth/reset-password",
                   {{"email", kEmail}, {"otp", last_code()}, {"newPassword", "battery staple"}})
                  .status,
              200);
    EXPECT_EQ(confirm(links.confirm).status, 400);
    EXPECT_EQ(revert(links.revert).status, 200);
}

TEST_P(EmailChangeTest, APasswordThatStaffSetKillsTheConfirmation) {
    const auto links = tokens();
    auto& users = accounts_->users();
    const auto me = run(users.find_by_email(*mail::parse_address(kEmail)));
    ASSERT_TRUE(me);
    const Secret password("battery staple");
    ASSERT_TRUE(run(users.set_password(audit::command_line(), me->user.id, password)));
    EXPECT_EQ(confirm(links.confirm).status, 400);
    EXPECT_EQ(log_in(kEmail, "battery staple").status, 200);
}

TEST_P(EmailChangeTest, ACodeMailedToTheOldAddressDiesWithIt) {
    const auto links = tokens();
    clock.advance(std::chrono::seconds(1));
    post("/api/auth/forgot-password", {{"email", kEmail}});
    const auto code = last_code();
    confirm(links.confirm);
    EXPECT_EQ(post("/api/auth/reset-password",
                   {{"email", kNewEmail}, {"otp", code}, {"newPassword", "battery staple"}})
                  .status,
              400);
}

TEST_P(EmailChangeTest, ACodeMailedToTheNewAddressDiesWithTheRevert) {
    const auto links = tokens();
    confirm(links.confirm);
    clock.advance(std::chrono::seconds(1));
    post("/api/auth/forgot-password", {{"email", kNewEmail}});
    const auto code = last_code();
    ASSERT_EQ(revert(links.revert).status, 200);
    EXPECT_EQ(post("/api/auth/reset-password",
                   {{"email", kEmail}, {"otp", code}, {"newPassword", "battery staple"}})
                  .status,
              400);
    EXPECT_EQ(log_in().status, 200) << "with the old password";
}

TEST_P(EmailChangeTest, ADisabledAccountKeepsItsAddress) {
    const auto links = tokens();
    auto disable = [](sql::Session& session) { session.execute("UPDATE users SET disabled = 1"); };
    run(db().write(std::move(disable)));
    EXPECT_EQ(confirm(links.confirm).status, 400);
}

TEST_P(EmailChangeTest, IsLimitedPerAccountHoweverManySessionsAsk) {
    for (int i = 0; i < 5; ++i) {
        EXPECT_EQ(ask("new" + std::to_string(i) + "@college.example", "wrong horse").status, 400);
        clock.advance(std::chrono::minutes(1));
    }
    log_in_again(kEmail);
    const auto refused = ask();
    EXPECT_EQ(refused.status, 429);
    EXPECT_EQ(refused.header("Retry-After"), "3300");
    clock.advance(std::chrono::minutes(55));
    EXPECT_EQ(ask().status, 202);
}

TEST_P(EmailChangeTest, InventedLinksFromTheSameAddressCloseNoLiveOne) {
    const auto links = tokens();
    const auto most = AccountLimits().links_per_client.count;
    for (std::int64_t i = 0; i < most; ++i) {
        EXPECT_EQ(confirm(std::string(64, '0')).code(), "invalid_token") << i;
    }
    EXPECT_EQ(confirm(std::string(64, '0')).status, 429);
    EXPECT_EQ(revert("short").status, 429);
    EXPECT_EQ(confirm(links.confirm).status, 200);
    EXPECT_EQ(confirm(links.confirm).status, 200) << "pressed twice";
    EXPECT_EQ(revert(links.revert).status, 200);
    EXPECT_EQ(revert(links.revert).status, 429) << "it is used up";
}

TEST_P(EmailChangeTest, LinksLeadToOurOwnPagesAlsoBesideAFrontEnd) {
    auto own = options();
    own.public_url = "http://exams.example";
    start(own);
    EXPECT_EQ(ask().status, 202);
    EXPECT_NE(last_mail("email_change").html.find("http://exams.example/confirm-email?token="),
              std::string::npos);
    EXPECT_NE(
        last_mail("email_change_notice").html.find("http://exams.example/revert-email?token="),
        std::string::npos);
}

}  // namespace
}  // namespace tripos::accounts
