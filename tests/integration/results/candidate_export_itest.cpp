// SPDX-License-Identifier: MIT
#include "support/exams/exam_site.hpp"

#include <boost/json/parse.hpp>

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class CandidateExports : public ExamSite {
  protected:
    ExamIds sit(const Person& who) {
        auto exam = publish_exam();
        start(who, exam);
        save_options(who, exam, exam.single, {exam.right});
        save_number(who, exam, "9.9");
        EXPECT_EQ(post(who, "/api/exam-attempt/" + exam.exam + "/submit").status, 200);
        return exam;
    }
    std::string text_of(const Person& who) {
        return run(exams->candidate_export().attempts(who.id));
    }
    /// As it looks to a test; Reply finds by pointers.
    Reply export_of(const Person& who) {
        const auto text = text_of(who);
        return {.status = 200, .body = text, .json = boost::json::parse(text)};
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, CandidateExports, both_engines(), engine_name);

TEST_P(CandidateExports, HoldTheAttemptsAndTheCandidatesOwnAnswers) {
    const auto exam = sit(asha);
    const auto found = export_of(asha);
    EXPECT_EQ(found.json.as_array().size(), 1U);
    EXPECT_EQ(found.at("/0/examId"), exam.exam);
    EXPECT_EQ(found.at("/0/examTitle"), "Physics");
    EXPECT_EQ(found.at("/0/status"), "SUBMITTED");
    EXPECT_FALSE(found.at("/0/startedAt").empty());
    EXPECT_NE(found.body.find(json_list({exam.right})), std::string::npos);
    EXPECT_NE(found.body.find("\"numericalAnswer\":9.9"), std::string::npos);
    EXPECT_EQ(text_of(ravi), "[]");
}

TEST_P(CandidateExports, KnowNoScoreBeforeItsReleaseAndNoKeyEver) {
    const auto exam = sit(asha);
    EXPECT_EQ(export_of(asha).at("/0/result"), "null");
    EXPECT_EQ(text_of(asha).find("score"), std::string::npos);
    clock.advance(minutes(120));
    const auto released = export_of(asha);
    EXPECT_EQ(released.at("/0/result/score"), "3");
    for (const std::string& secret : {std::string("isCorrect"), std::string("correctAnswer"),
                                      std::string("tolerance"), exam.wrong, exam.both[0]}) {
        EXPECT_EQ(released.body.find(secret), std::string::npos) << secret;
    }
}

TEST_P(CandidateExports, OfARunningAttemptHaveNoResult) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto found = export_of(asha);
    EXPECT_EQ(found.at("/0/status"), "IN_PROGRESS");
    EXPECT_EQ(found.at("/0/result"), "null");
    EXPECT_EQ(found.at("/0/submittedAt"), "null");
}

}  // namespace
}  // namespace tripos::test
