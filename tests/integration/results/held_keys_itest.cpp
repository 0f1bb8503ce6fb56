// SPDX-License-Identifier: MIT
// A key is not shown while any exam with that question can still be answered.

#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class HeldKeys : public ExamSite {
  protected:
    void SetUp() override {
        ExamSite::SetUp();
        ended = publish_exam(minutes(30));
        start(asha, ended);
        save_options(asha, ended, ended.single, {ended.right});
        hand_in(asha, ended.exam);
        clock.advance(minutes(31));
    }
    void hand_in(const Person& who, const std::string& exam) {
        EXPECT_EQ(post(who, "/api/exam-attempt/" + exam + "/submit").status, 200);
    }
    /// A draft that asks the first question of the ended exam.
    std::string share(minutes opens_in) {
        const auto exam = create_exam(opens_in, minutes(60));
        post(staff, "/api/exam/" + exam + "/questions",
             R"({"addQuestionIds":[{"questionId":)" + json_string(ended.single) + "}]}");
        return exam;
    }
    void publish(const std::string& exam) {
        EXPECT_EQ(post(staff, "/api/exam/" + exam + "/publish").status, 200);
    }
    /// What the analysis tells of the first question; the score is always there.
    bool is_held() {
        const auto page = get(asha, "/api/result/" + ended.exam + "/analysis");
        EXPECT_EQ(page.status, 200) << page.body;
        EXPECT_EQ(page.at("/score"), "2");
        EXPECT_EQ(page.at("/questions/1/keyHeld"), "false");
        EXPECT_EQ(page.at("/questions/1/correctAnswer"), json_list(ended.both));
        const bool held = page.at("/questions/0/keyHeld") == "true";
        const auto shown = [held](const char* value) { return held ? "null" : value; };
        EXPECT_EQ(page.at("/questions/0/correctAnswer"), shown(ended.right.c_str()));
        EXPECT_EQ(page.at("/questions/0/studentAnswer/marksObtained"), shown("2"));
        EXPECT_EQ(page.at("/questions/0/options/0/isCorrect"), shown("true"));
        EXPECT_EQ(page.at("/questions/0/options/1/isCorrect"), shown("false"));
        return held;
    }

    ExamIds ended;
};
INSTANTIATE_TEST_SUITE_P(Engines, HeldKeys, both_engines(), engine_name);

TEST_P(HeldKeys, FromThePublicationOfAnotherExamUntilItsRelease) {
    EXPECT_FALSE(is_held());
    const auto other = share(minutes(10));
    EXPECT_FALSE(is_held()) << "a draft";
    publish(other);
    EXPECT_TRUE(is_held()) << "to come";
    clock.advance(minutes(11));
    EXPECT_TRUE(is_held()) << "live";
    ExamIds ids;
    ids.exam = other;
    start(ravi, ids);
    clock.advance(minutes(60));
    EXPECT_TRUE(is_held()) << "an attempt is yet to end";
    run(exams->finisher().finish_due());
    EXPECT_FALSE(is_held());
    const auto attempt = get(staff, "/api/exam/" + other + "/results").at("/data/0/attemptId");
    ASSERT_EQ(post(staff, "/api/exam-attempt/" + attempt + "/reopen",
                   R"({"minutes":5,"reason":"power cut"})")
                  .status,
              200);
    EXPECT_TRUE(is_held()) << "opened again";
}

TEST_P(HeldKeys, UntilTheOtherExamIsClosed) {
    const auto other = share(minutes(0));
    publish(other);
    EXPECT_TRUE(is_held());
    ASSERT_EQ(close(other).status, 200);
    EXPECT_FALSE(is_held());
}

TEST_P(HeldKeys, AlsoWhenTheyWereCorrected) {
    const auto path = "/api/exam/" + ended.exam;
    post(staff, path + "/corrections",
         R"({"kind":"FULL_MARKS","reason":"x","questionId":)" + json_string(ended.single) + "}");
    const auto dry = post(staff, path + "/regrade", "{}").at("/run");
    ASSERT_EQ(post(staff, path + "/regrade",
                   R"({"dry":false,"confirm":"Physics","run":)" + json_string(dry) + "}")
                  .status,
              202);
    const auto correction = [this] {
        return get(asha, "/api/result/" + ended.exam + "/analysis").at("/questions/0/correction");
    };
    EXPECT_NE(correction(), "null");
    publish(share(minutes(10)));
    EXPECT_EQ(correction(), "null");
}

TEST_P(HeldKeys, InNoValueThatTheClockChanges) {
    const auto other = share(minutes(10));
    publish(other);
    EXPECT_TRUE(is_held());
    const auto before = statements();
    clock.advance(minutes(5));
    EXPECT_TRUE(is_held());
    EXPECT_EQ(statements(), before);
    clock.advance(minutes(66));
    EXPECT_FALSE(is_held());
}

}  // namespace
}  // namespace tripos::test
