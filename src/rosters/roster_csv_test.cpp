// SPDX-License-Identifier: MIT
#include "rosters/roster_csv.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tripos::rosters {
namespace {

using testing::ElementsAre;

/// "row column: message" of each problem.
std::vector<std::string> problems(std::string_view csv) {
    std::vector<std::string> found;
    for (const auto& one : read_roster(csv).problems) {
        found.push_back(std::to_string(one.row) + " " + one.column + ": " + one.message);
    }
    return found;
}

auto cells_of(std::string_view text, char separator) {
    return read_csv(text, separator).rows;
}

TEST(ReadCsv, KeepsWhatQuotesHold) {
    EXPECT_THAT(cells_of("a,\"b,\"\"c\"\"\nd\",\r\n,e\n", ','),
                ElementsAre(ElementsAre("a", "b,\"c\"\nd", ""), ElementsAre("", "e")));
    EXPECT_THAT(cells_of("a;b", ';'), ElementsAre(ElementsAre("a", "b")));
    EXPECT_THAT(cells_of("\"never, closed\n", ','), ElementsAre(ElementsAre("never, closed\n")));
    EXPECT_TRUE(cells_of("", ',').empty());
    EXPECT_FALSE(read_csv("\"never, closed\n", ',').is_closed);
    EXPECT_THAT(cells_of("a,b\rc,d\r\ne,f", ','),
                ElementsAre(ElementsAre("a", "b"), ElementsAre("c", "d"), ElementsAre("e", "f")));
}

TEST(Roster, IsReadHoweverTheSpreadsheetWroteIt) {
    for (const auto* csv :
         {"enrollmentNumber,email,fullName\nCS-1,asha@college.example,Asha Rao\n",
          "\xEF\xBB\xBFName;E-Mail;Hostel;Enrolment Number\r\nAsha Rao;asha@college.example;7;CS-1",
          "FULL_NAME\tEMAIL\tENROLMENT NO.\nAsha Rao\tasha@college.example\tCS-1\n\n"}) {
        const auto roster = read_roster(csv);
        EXPECT_TRUE(roster.problems.empty()) << csv;
        ASSERT_EQ(roster.rows.size(), 1U) << csv;
        EXPECT_EQ(roster.rows[0].row, 2);
        EXPECT_EQ(roster.rows[0].person.number, "CS-1");
        EXPECT_EQ(roster.rows[0].person.email.text, "asha@college.example");
        EXPECT_EQ(roster.rows[0].person.full_name, "Asha Rao");
    }
}

TEST(Roster, NamesEveryProblemByRowAndColumn) {
    EXPECT_THAT(problems("number,email\n1,a@b.example\n"),
                ElementsAre("1 enrollmentNumber: there is no such column",
                            "1 fullName: there is no such column"));
    EXPECT_THAT(problems(""), testing::SizeIs(3));
    EXPECT_THAT(
        problems("enrollmentNumber,email,fullName\n"
                 "1,a@b.example,A\n"
                 ",nonsense,B\n"
                 "\xEF\xBC\x91,c@b.example,C\n"  // a full-width 1
                 "4,A@b.example,\"D\nE\"\n"
                 "5,A@B.example,F\n"
                 "cs 6,g@b.example,G\n"
                 "CS6,h@b.example,H\n"),
        ElementsAre("3 enrollmentNumber: is empty", "3 email: is no e-mail address",
                    "4 enrollmentNumber: stands in row 2, too",
                    "5 fullName: has a line break or another control character",
                    "6 email: stands in row 2, too", "8 enrollmentNumber: stands in row 7, too"));
}

TEST(Roster, DoesNotGuessWhichOfTwoColumnsIsMeant) {
    EXPECT_THAT(problems("email,enrollmentNumber,E-Mail,fullName\n1,a@b.example,c@b.example,A\n"),
                ElementsAre("1 email: there are two such columns"));
    EXPECT_THAT(problems("email,enrollmentNumber,fullName,Hostel,Hostel\na@b.example,1,A,x,y\n"),
                testing::IsEmpty());
}

TEST(Roster, HasABound) {
    std::string csv = "enrollmentNumber,email,fullName\n";
    for (std::size_t i = 0; i <= Sheet::kMostRows; ++i) {
        const auto number = std::to_string(i);
        csv += number + ",u" + number + "@b.example,U\n";
    }
    EXPECT_THAT(problems(csv), testing::SizeIs(1));
}

TEST(Roster, LosesNobodyToAQuoteThatIsNeverClosed) {
    // In a column that is not looked at: everybody behind it would be gone without a word.
    EXPECT_THAT(problems("enrollmentNumber,email,fullName,hostel\n"
                         "1,a@b.example,A,\"north\n"
                         "2,c@b.example,C,south\n"),
                ElementsAre("2 enrollmentNumber: a quote in this row is never closed"));
}

TEST(Roster, RefusesRowsWhoseCellsHaveMoved) {
    EXPECT_THAT(problems("enrollmentNumber,email,fullName\n1,a@b.example,Rao, Asha\n"),
                ElementsAre("2 enrollmentNumber: has more cells than the first row: a separator in "
                            "a text?"));
    EXPECT_THAT(problems("enrollmentNumber,email,fullName\n1,a@b.example,Asha,, \n"),
                testing::IsEmpty());
}

TEST(Roster, RefusesNumbersThatNobodySees) {
    for (const auto* const unseen : {"\u3000", "\u200b", "\u00a0\u00ad"}) {
        EXPECT_THAT(problems("enrollmentNumber,email,fullName\n" + std::string(unseen) +
                             ",a@b.example,A\n"),
                    ElementsAre("2 enrollmentNumber: has nothing but blanks"));
    }
}

TEST(Roster, KeepsFormulasAsTextAndTakesNoControlCharacters) {
    using std::string_literals::operator""s;
    EXPECT_THAT(problems("enrollmentNumber,email,fullName\n1\0,a@b.example,A\n"s),
                ElementsAre("2 enrollmentNumber: has a line break or another control character"));
    const auto roster = read_roster("enrollmentNumber,email,fullName\n=1+1,a@b.example,@SUM(1)\n");
    ASSERT_EQ(roster.rows.size(), 1U);  // csv_cell() makes them harmless where they are written
    EXPECT_EQ(roster.rows[0].person.number, "=1+1");
}

}  // namespace
}  // namespace tripos::rosters
