// SPDX-License-Identifier: MIT
#include "mail/named_address.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <tuple>
#include <vector>

namespace tripos::mail {
namespace {

using ::testing::HasSubstr;

TEST(NamedAddress, IsReadAsHeadersHaveIt) {
    const std::vector<std::tuple<std::string, std::string, std::string>> table = {
        {"exams@college.example", "", "exams@college.example"},
        {"  exams@college.example\t", "", "exams@college.example"},
        {"<exams@college.example>", "", "exams@college.example"},
        {"Exam Cell <exams@college.example>", "Exam Cell", "exams@college.example"},
        {"Exam   Cell<exams@college.example>", "Exam Cell", "exams@college.example"},
        {"\"Exam Cell\" <exams@college.example>", "Exam Cell", "exams@college.example"},
        {"\"Exams, Cell 2\" <exams@college.example>", "Exams, Cell 2", "exams@college.example"},
        {R"("The \"Cell\" \\ 1" <exams@college.example>)", R"(The "Cell" \ 1)",
         "exams@college.example"},
        {"\"a > b < c\" <exams@college.example>", "a > b < c", "exams@college.example"},
        {"Dr. \"Exam\" Cell <exams@college.example>", "Dr. Exam Cell", "exams@college.example"},
        {"Prüfungsamt परीक्षा <exams@college.example>", "Prüfungsamt परीक्षा",
         "exams@college.example"},
        {"Exams (the cell (of exams)) <exams@college.example> (noreply)", "Exams",
         "exams@college.example"},
        {"exams (never read) @ college.example", "", "exams@college.example"},
        {"Exams <\"exam cell\"@college.example>", "Exams", "\"exam cell\"@college.example"},
        {"\"a@b, c@d\" <exams@college.example>", "a@b, c@d", "exams@college.example"},
        {"O'Neil & Söhne <exams@bücher.example>", "O'Neil & Söhne", "exams@xn--bcher-kva.example"},
    };
    for (const auto& [text, name, address] : table) {
        const auto mailbox = parse_mailbox(text);
        ASSERT_TRUE(mailbox) << text << ": " << mailbox.error().message;
        EXPECT_EQ(mailbox->name, name) << text;
        EXPECT_EQ(mailbox->address.text, address) << text;
    }
}

TEST(NamedAddress, WhatIsNoneIsRefusedWithTheCure) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"", "does not hold a valid e-mail address"},
        {"Exam Cell", "does not hold a valid e-mail address"},
        {"Exam Cell <exams>", "does not hold a valid e-mail address"},
        {"Exam Cell exams@college.example x", "does not hold a valid e-mail address"},
        {"<>", "does not hold a valid e-mail address"},
        {"Exams <<exams@college.example>>", "does not hold a valid e-mail address"},
        {"Exams <@relay.example:exams@college.example>", "does not hold a valid e-mail address"},
        {"Exam Cell <exams@college.example", "must read"},
        {"Exam Cell <exams@college.example> x", "must read"},
        {"a@college.example, b@college.example", "one mailbox"},
        {"A <a@college.example>, B <b@college.example>", "one mailbox"},
        {"cell: a@college.example, b@college.example;", "one mailbox"},
        {"Exams, Cell 2 <exams@college.example>", "quotes"},
        {"Exams: Cell <exams@college.example>", "quotes"},
        {"[Exams] <exams@college.example>", "quotes"},
        {"exams@college.example <exams@college.example>", "quotes"},
        {"\"Exam Cell <exams@college.example>", "must close"},
        {"\"Exam Cell\\", "must close"},
        {"Exams (the cell <exams@college.example>", "must close"},
        {"A\r\nB <exams@college.example>", "one line"},
        {"A\nBcc: x@college.example <exams@college.example>", "one line"},
        {std::string("A\0B <exams@college.example>", 27), "one line"},
        {"\xFF <exams@college.example>", "UTF-8"},
    };
    for (const auto& [text, cure] : table) {
        const auto mailbox = parse_mailbox(text);
        ASSERT_FALSE(mailbox) << text;
        EXPECT_THAT(mailbox.error().message, HasSubstr(cure)) << text;
    }
}

}  // namespace
}  // namespace tripos::mail
