// SPDX-License-Identifier: MIT
#include "loadtest/journal.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace tripos::loadtest {
namespace {

TEST(Journal, ComesBackFromItsLines) {
    const std::vector<JournalLine> journal{
        {.candidate = 4'000'000'000, .question = 65'535, .choice = 3, .fate = Fate::refused},
        {.candidate = 1,
         .fate = Fate::acknowledged,
         .is_late = true,
         .sent_at = 1'700'000'000'000,
         .told_at = 1'700'000'000'001,
         .tries = 13},
        {.question = 7}};
    const auto csv = to_csv(journal);
    EXPECT_EQ(to_csv(parse_journal(csv)), csv);
    EXPECT_EQ(parse_journal(csv).size(), 3U);
    EXPECT_TRUE(parse_journal(to_csv({})).empty());
}

TEST(Journal, NamesTheLineThatIsNone) {
    const auto head = to_csv({});
    for (const std::string line :
         {"", "1,2,3,0,5,6,1,perhaps", "1,2,3,0,5,6,acknowledged", "-1,2,3,0,5,6,1,unknown",
          "1,65536,3,0,5,6,1,unknown", "1,2,256,0,5,6,1,unknown", "1,2,3,0,5,6,1,unknown,"}) {
        const auto text = head + "1,2,3,0,5,6,1,unknown\n" + line + "\n";
        try {
            parse_journal(text);
            ADD_FAILURE() << line;
        } catch (const SystemError& error) {
            EXPECT_NE(std::string(error.what()).find("line 3"), std::string::npos) << error.what();
        }
    }
    EXPECT_THROW(parse_journal("a,b\n"), SystemError);
    EXPECT_THROW(parse_journal(""), SystemError);
}

}  // namespace
}  // namespace tripos::loadtest
