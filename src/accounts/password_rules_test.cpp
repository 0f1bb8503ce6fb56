// SPDX-License-Identifier: MIT
#include "accounts/password_rules.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <ctime>

namespace tripos::accounts {
namespace {

std::string problem(const std::string& password, PasswordRules rules = {}) {
    return problem_of(Secret(password), rules).value_or("");
}

std::string compared(const std::string& password) {
    return comparable_form(Secret(password)).reveal();
}

TEST(PasswordRules, RefuseWhatIsGuessedFirst) {
    for (const auto* common :
         {"password", "Password1", "P@ssw0rd", "12345678", "qwertyuiop", "1q2w3e4r", "iloveyou",
          "aaaaaaaaaaaaaaaa", "abcd1234", "welcome1", "tripos123", "Tr1pos2024", "19981231",
          "student password", "        ", "\u3000\u3000\u3000\u3000\u3000\u3000\u3000\u3000",
          "\uFF50\uFF41\uFF53\uFF53\uFF57\uFF4F\uFF52\uFF44"}) {
        EXPECT_NE(problem(common), "") << common;
        EXPECT_EQ(problem(common, {.refuse_common = false}), "") << common;
    }
}

TEST(PasswordRules, TakeWhatIsNot) {
    for (const auto* good :
         {"correct horse", "correct horse battery staple", "jk3!Lq9z", "purple-otter-42",
          "S3cure!pass", "\u0939\u093F\u0928\u094D\u0926\u0940 \u092D\u093E\u0937\u093E"}) {
        EXPECT_EQ(problem(good), "") << good;
    }
    EXPECT_EQ(problem(std::string(1000, 'x'), {.refuse_common = false}), "");
    EXPECT_NE(problem(std::string(1001, 'x'), {.refuse_common = false}), "");
}

TEST(PasswordRules, AreLookedUpInNoTimeWhateverIsTyped) {
    const auto cpu_time = [] {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    };
    for (const std::string part : {"12", "3e", "@4", "1", "qwerty"}) {
        std::string worst;
        while (worst.size() < 900) {
            worst += part;
        }
        problem(worst);  // the lists are read once
        const auto begin = cpu_time();
        problem(worst);
        EXPECT_LT(cpu_time() - begin, std::chrono::milliseconds(50)) << part;
    }
}

TEST(PasswordRules, CountCharactersHoweverTheyWereTyped) {
    EXPECT_NE(problem("k\u00F6nig7!"), "");   // seven
    EXPECT_NE(problem("ko\u0308nig7!"), "");  // the same seven in eight code points
    EXPECT_EQ(problem("k\u00F6nig7!#"), "");
    EXPECT_NE(problem("jk3!Lq9"), "");
    EXPECT_EQ(problem("jk3!Lq", {.min_length = 6}), "");
}

TEST(PasswordRules, CompareWhatLooksTheSame) {
    EXPECT_EQ(compared("cafe\u0301 au lait"), compared("caf\u00E9 au lait"));
    for (const auto* space : {"\u00A0", "\u1680", "\u2003", "\u202F", "\u205F", "\u3000"}) {
        EXPECT_EQ(compared(std::string("correct") + space + "horse"), "correct horse");
    }
    EXPECT_EQ(compared(" Aa "), " Aa ");  // neither case nor the ends are touched
}

}  // namespace
}  // namespace tripos::accounts
