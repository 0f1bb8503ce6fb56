// SPDX-License-Identifier: MIT
#include "loadtest/target.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "loadtest/shown.hpp"

namespace tripos::loadtest {
namespace {

constexpr const char* kPage = R"({"exam":{"questions":[
    {"id":"q2","options":[{"id":"o2","text":"yes"},{"id":"o1","text":"no"}]},
    {"id":"q1","options":[{"id":"o3","text":"no"},{"id":"o4","text":"maybe"}]}]}})";

TEST(Target, ReadsAddresses) {
    const auto address = parse_address("http://exam.example.org:8080");
    ASSERT_TRUE(address);
    EXPECT_EQ(address->host, "exam.example.org");
    EXPECT_EQ(address->port, 8080);
    for (const auto* text : {"", "exam:80", "https://exam:80", "http://exam", "http://:80",
                             "http://exam:0", "http://exam:65536", "http://exam:8o"}) {
        EXPECT_FALSE(parse_address(text)) << text;
    }
}

TEST(Target, KnowsThisMachine) {
    EXPECT_TRUE(is_loopback("127.0.0.1"));
    EXPECT_TRUE(is_loopback("localhost"));
    EXPECT_FALSE(is_loopback("localhost.example.org"));
    EXPECT_FALSE(is_loopback("127.0.0.1.example.org"));
}

TEST(Target, PutsAPaperInAnOrderOfItsOwn) {
    const auto paper = parse_paper(kPage, {"maybe", "yes"});
    ASSERT_EQ(paper.questions.size(), 2U);
    EXPECT_EQ(paper.questions[0].id, "q1");
    EXPECT_EQ(paper.questions[0].option_ids, (std::vector<std::string>{"o4", "o3"}));
    EXPECT_EQ(paper.questions[0].right, 0);
    EXPECT_EQ(paper.questions[1].right, 1);
}

TEST(Target, RefusesWhatIsNoPaper) {
    EXPECT_THROW(parse_paper("no", {}), SystemError);
    EXPECT_THROW(parse_paper("{}", {}), SystemError);
    EXPECT_THROW(parse_subject("{}"), SystemError);
}

TEST(Target, ReadsTheTokenOfTheFiguresWhereThereIsOne) {
    const std::string without =
        R"({"examId":"e","staffToken":"s","tokens":["t"],"emails":["a@x"],"userIds":["u"],)"
        R"("right":["yes"],"opensAtMillis":1,"endsAtMillis":2)";
    EXPECT_EQ(parse_subject(without + "}").metrics_token, "");
    EXPECT_EQ(parse_subject(without + R"(,"metricsToken":"m"})").metrics_token, "m");
}

TEST(Target, ReadsWhatTimeItIsThere) {
    EXPECT_EQ(parse_time(R"({"timestamp":"1970-01-01T00:00:01.250Z"})"), 1'250);
    EXPECT_THROW(parse_time(R"({"timestamp":"noon"})"), SystemError);
    EXPECT_THROW(parse_time("{}"), SystemError);
}

TEST(Shown, CountsAttemptsAndEndsOfTheList) {
    std::vector<ShownCandidate> shown(2);
    read_list(
        "\"name\",\"email\",\"status\",\"score\",\"submittedAt\"\r\n"
        "\"A\",\"a@x\",\"SUBMITTED\",2.5,\"2026\"\r\n"
        "\"B\",\"b@x\",\"IN_PROGRESS\",,\"\"\r\n"
        "\"B\",\"b@x\",\"SUBMITTED\",-1,\"2026\"\r\n"
        "\"C\",\"c@x\",\"SUBMITTED\",1,\"2026\"\r\n",
        {"a@x", "b@x"}, shown);
    EXPECT_EQ(shown[0].attempts, 1);
    EXPECT_EQ(shown[0].score, 2500);
    EXPECT_EQ(shown[1].attempts, 2);
    EXPECT_EQ(shown[1].finished, 1);
    EXPECT_EQ(shown[1].score, -1000);
}

TEST(Shown, ReadsWhatIsStored) {
    const auto paper = parse_paper(kPage, {"maybe", "yes"});
    ShownCandidate shown;
    read_analysis(R"({"score":1,"questions":[
        {"questionId":"q2","studentAnswer":{"selectedOptionIds":["o2"]}},
        {"questionId":"q1","studentAnswer":null}]})",
                  paper, shown);
    EXPECT_EQ(shown.own_score, 1000);
    EXPECT_EQ(shown.choices, (std::vector<int>{kNoChoice, 1}));
}

}  // namespace
}  // namespace tripos::loadtest
