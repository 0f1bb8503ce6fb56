// SPDX-License-Identifier: MIT
// How passwords are stored: whatever keyboard they came from, and whatever release stored them.

#include <sodium.h>

#include "accounts_fixture.hpp"

namespace tripos::accounts {
namespace {

const std::string kComposed = "caf\u00E9 au lait 7";
const std::string kDecomposed = "cafe\u0301\u00A0au lait 7";  // and a no-break space

class PasswordFormTest : public AccountsTest {
  protected:
    std::string stored() {
        auto look = [](sql::Session& session) {
            return session.query_one("SELECT password_hash FROM users")->text(0);
        };
        return run(db().read(std::move(look)));
    }
    void store(std::string hash) {
        auto write = [hash = std::move(hash)](sql::Session& session) {
            return session.execute("UPDATE users SET password_hash = $1", hash);
        };
        run(db().write(std::move(write)));
    }
    /// As releases did that hashed what was typed, at their cost.
    static std::string old_hash(const std::string& password, unsigned long long passes) {
        std::array<char, crypto_pwhash_STRBYTES> out{};
        EXPECT_EQ(crypto_pwhash_str(out.data(), password.data(), password.size(), passes, 8192), 0);
        return out.data();
    }
    Answer change(const std::string& token, const std::string& from, const std::string& to) {
        return post("/api/auth/change-password", {{"currentPassword", from}, {"newPassword", to}},
                    {.bearer = token});
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, PasswordFormTest, test::both_engines(), test::engine_name);

TEST_P(PasswordFormTest, ComposedAndDecomposedAccentsAreTheSame) {
    const auto token = token_of();
    EXPECT_EQ(change(token, kPassword, kComposed).status, 200);
    EXPECT_EQ(log_in(kEmail, kDecomposed).status, 200);
    EXPECT_EQ(log_in(kEmail, kComposed).status, 200);
    EXPECT_EQ(change(token, kComposed, kDecomposed).fields(),
              (std::vector<std::string>{"newPassword"}));
    EXPECT_EQ(log_in(kEmail, "cafe au lait 7").status, 401);
}

TEST_P(PasswordFormTest, AHashOfWhatWasTypedStillWorksAndIsRenewed) {
    create(kEmail);
    store(old_hash(kDecomposed, 1));
    EXPECT_EQ(log_in(kEmail, kComposed).status, 401);  // it cannot know
    EXPECT_EQ(log_in(kEmail, kDecomposed).status, 200);
    EXPECT_EQ(log_in(kEmail, kComposed).status, 200);
}

TEST_P(PasswordFormTest, AHashOfAnotherCostIsRenewedAtTheNextLogIn) {
    create(kEmail);
    const auto before = old_hash(kPassword, 3);
    store(before);
    EXPECT_EQ(log_in(kEmail, "wrong horse").status, 401);
    EXPECT_EQ(stored(), before);
    EXPECT_EQ(log_in().status, 200);
    const auto after = stored();
    EXPECT_NE(after.find("t=1,"), std::string::npos) << after;
    EXPECT_EQ(log_in().status, 200);
    EXPECT_EQ(stored(), after);
}

TEST_P(PasswordFormTest, CommonOnesAreRefusedWhereverOneIsSet) {
    const auto token = token_of();
    const auto refused = [](const Answer& answer) {
        return answer.status == 400 && answer.message().find("guessed first") != std::string::npos;
    };
    const auto sign_up_with = [this](const char* password) {
        return post(
            "/api/auth/signup",
            {{"fullName", "Eve"}, {"email", "eve@college.example"}, {"password", password}});
    };
    EXPECT_TRUE(refused(sign_up_with("password1")));
    EXPECT_TRUE(refused(change(token, kPassword, "Qwerty123")));
    EXPECT_TRUE(refused(post("/api/auth/reset-password",
                             {{"email", kEmail}, {"otp", "123456"}, {"newPassword", "iloveyou"}})));
    store(old_hash("password1", 1));
    EXPECT_EQ(log_in(kEmail, "password1").status, 200);  // whoever has one gets in
    auto lenient = options();
    lenient.passwords.refuse_common = false;
    start(lenient);
    EXPECT_EQ(sign_up_with("password1").status, 201);
}

}  // namespace
}  // namespace tripos::accounts
