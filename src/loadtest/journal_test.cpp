// SPDX-License-Identifier: MIT
#include "loadtest/journal.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace tripos::loadtest {
namespace {

std::string csv_of(const std::vector<JournalEntry>& entries) {
    return journal_head() + to_csv(entries);
}

TEST(Journal, ComesBackFromItsLines) {
    const std::vector<JournalEntry> entries{
        {0, {.candidate = 4'000'000'000, .question = 65'535, .choice = 3, .fate = Fate::refused}},
        {1,
         {.candidate = 1,
          .fate = Fate::acknowledged,
          .is_late = true,
          .sent_at = 1'700'000'000'000,
          .told_at = 1'700'000'000'001,
          .tries = 13}},
        {2, {.question = 7}}};
    const auto journal = parse_journal(csv_of(entries));
    ASSERT_EQ(journal.size(), entries.size());
    for (std::size_t i = 0; i < entries.size(); ++i) {
        EXPECT_EQ(to_csv({{i, journal[i]}}), to_csv({entries[i]}));
    }
    EXPECT_TRUE(parse_journal(csv_of({})).empty());
}

TEST(Journal, OfSeveralEntriesAboutAnAnswerTheLastCounts) {
    const auto journal = parse_journal(csv_of({{0, {.question = 5, .tries = 1}},
                                               {1, {.question = 6, .tries = 1}},
                                               {0, {.question = 5, .fate = Fate::acknowledged}}}));
    ASSERT_EQ(journal.size(), 2U);
    EXPECT_EQ(journal[0].fate, Fate::acknowledged);
    EXPECT_EQ(journal[1].question, 6);
}

TEST(Journal, WhatACrashLeftOfTheLastLineIsPassedOver) {
    const auto whole = csv_of({{0, {.question = 5}}, {1, {.question = 6}}});
    for (std::size_t cut = 2; cut < 20; ++cut) {
        EXPECT_EQ(parse_journal(whole.substr(0, whole.size() - cut)).size(), 1U) << cut;
    }
    EXPECT_EQ(parse_journal(whole.substr(0, whole.size() - 1)).size(), 2U) << "but for its end";
}

TEST(Journal, NamesTheLineThatIsNone) {
    for (const std::string line :
         {"", "1,1,2,3,0,5,6,1,perhaps", "1,1,2,3,0,5,6,acknowledged", "1,-1,2,3,0,5,6,1,unknown",
          "1,1,65536,3,0,5,6,1,unknown", "1,1,2,256,0,5,6,1,unknown", "1,1,2,3,0,5,6,1,unknown,"}) {
        const auto text = journal_head() + "0,1,2,3,0,5,6,1,unknown\n" + line + "\n";
        try {
            parse_journal(text);
            ADD_FAILURE() << line;
        } catch (const SystemError& error) {
            EXPECT_NE(std::string(error.what()).find("line 3"), std::string::npos) << error.what();
        }
    }
    EXPECT_THROW(parse_journal("a,b\n"), SystemError);
    EXPECT_THROW(parse_journal("a,b"), SystemError);
    EXPECT_THROW(parse_journal(""), SystemError);
}

}  // namespace
}  // namespace tripos::loadtest
