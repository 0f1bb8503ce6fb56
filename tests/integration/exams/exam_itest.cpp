// SPDX-License-Identifier: MIT
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class ExamRoutes : public ExamSite {};
INSTANTIATE_TEST_SUITE_P(Engines, ExamRoutes, both_engines(), engine_name);

TEST_P(ExamRoutes, CreateADraftAndReadTimesInTheExamZone) {
    const auto reply = post(staff, "/api/exam/create",
                            R"({"title":"Physics","durationMinutes":90,)"
                            R"("startTime":"2026-02-01T10:00","endTime":"2026-02-01T06:30:00Z"})");
    ASSERT_EQ(reply.status, 201) << reply.body;
    EXPECT_EQ(reply.at("/exam/status"), "DRAFT");
    EXPECT_EQ(reply.at("/exam/startTime"), "2026-02-01T04:30:00.000Z");
    EXPECT_EQ(reply.at("/exam/endTime"), "2026-02-01T06:30:00.000Z");
    EXPECT_EQ(reply.at("/exam/description"), "null");
    EXPECT_EQ(reply.at("/exam/questions"), "[]");
    EXPECT_EQ(reply.at("/exam/extraTimePastEnd"), "true");
    const auto path = "/api/exam/" + reply.at("/exam/id");
    EXPECT_EQ(put(staff, path, R"({"extraTimePastEnd":false})").at("/exam/extraTimePastEnd"),
              "false");
}

TEST_P(ExamRoutes, RefuseEveryBadExamAndNameTheField) {
    const std::vector<std::pair<std::string, std::string>> rows{
        {R"({"durationMinutes":9,"startTime":"2026-02-01T10:00","endTime":"2026-02-01T11:00"})",
         "title"},
        {R"({"title":"t","startTime":"2026-02-01T10:00","endTime":"2026-02-01T11:00"})",
         "durationMinutes"},
        {R"({"title":"t","durationMinutes":0,"startTime":"2026-02-01T10:00",)"
         R"("endTime":"2026-02-01T11:00"})",
         "durationMinutes"},
        {R"({"title":"t","durationMinutes":9,"startTime":"soon","endTime":"2026-02-01T11:00"})",
         "startTime"},
        {R"({"title":"t","durationMinutes":9,"startTime":"2026-02-01T10:00",)"
         R"("endTime":"2026-02-01T10:00"})",
         "endTime"}};
    for (const auto& [body, field] : rows) {
        const auto reply = post(staff, "/api/exam/create", body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_EQ(reply.at("/errors/0/field"), field) << reply.body;
    }
}

TEST_P(ExamRoutes, ShowCandidatesOnlyWhatIsPublished) {
    const auto draft = create_exam(minutes(-5), minutes(60));
    const auto exam = publish_exam();
    const auto live = get(asha, "/api/exam/live");
    ASSERT_EQ(live.json.at("exams").as_array().size(), 1u) << live.body;
    EXPECT_EQ(live.at("/exams/0/id"), exam.exam);
    EXPECT_EQ(live.at("/exams/0/hasAttempt"), "false");
    EXPECT_EQ(live.at("/exams/0/attemptId"), "null");
    EXPECT_EQ(get(asha, "/api/exam/upcoming").at("/exams"), "[]");
    EXPECT_EQ(post(asha, "/api/exam-attempt/" + draft + "/start").status, 400);
}

TEST_P(ExamRoutes, ApplyTheWindowAtEachReadOfACachedList) {
    const auto question = create_question(
        R"({"statement":"n","questionType":"NUMERICAL","domain":"m","numericalAnswer":1})");
    const auto exam = create_exam(minutes(10), minutes(30));
    post(staff, "/api/exam/" + exam + "/questions",
         R"({"addQuestionIds":[{"questionId":)" + json_string(question) + "}]}");
    post(staff, "/api/exam/" + exam + "/publish");
    EXPECT_EQ(get(asha, "/api/exam/upcoming").at("/exams/0/id"), exam);
    get(asha, "/api/exam/live");
    const auto before = statements();
    EXPECT_EQ(get(asha, "/api/exam/live").at("/exams"), "[]");
    clock.advance(minutes(10));
    EXPECT_EQ(get(asha, "/api/exam/live").at("/exams/0/id"), exam);
    EXPECT_EQ(get(asha, "/api/exam/upcoming").at("/exams"), "[]");
    clock.advance(minutes(30));
    EXPECT_EQ(get(asha, "/api/exam/live").at("/exams"), "[]");
    EXPECT_EQ(statements(), before);
}

TEST_P(ExamRoutes, TellACandidateOfTheirAttempt) {
    const auto exam = publish_exam();
    get(asha, "/api/exam/live");
    start(asha, exam);
    const auto live = get(asha, "/api/exam/live");
    EXPECT_EQ(live.at("/exams/0/hasAttempt"), "true");
    EXPECT_EQ(live.at("/exams/0/attemptStatus"), "IN_PROGRESS");
    EXPECT_EQ(live.at("/exams/0/attemptId").size(), 36u);
    EXPECT_EQ(get(ravi, "/api/exam/live").at("/exams/0/hasAttempt"), "false");
}

TEST_P(ExamRoutes, ListForStaffWithQuestionsFromTheCache) {
    const auto exam = publish_exam();
    create_exam(minutes(10), minutes(30));
    const auto all = get(staff, "/api/exam/all");
    ASSERT_EQ(all.json.at("exams").as_array().size(), 2u);
    EXPECT_EQ(get(staff, "/api/exam/all?limit=1").at("/pagination/totalPages"), "2");
    const auto outlines = get(staff, "/api/exam/outlines?limit=1&page=2");
    EXPECT_EQ(outlines.at("/pagination/totalItems"), "2");
    EXPECT_EQ(outlines.at("/exams/0/id"), exam.exam);
    EXPECT_EQ(outlines.at("/exams/0/status"), "PUBLISHED");
    EXPECT_EQ(outlines.body.find("questions"), std::string::npos);
    const auto one = get(staff, "/api/exam/" + exam.exam);
    EXPECT_EQ(one.at("/exam/questions/1/questionOrder"), "2");
    EXPECT_EQ(one.at("/exam/questions/1/marksForEachQuestion"), "3");
    EXPECT_EQ(one.body.find("isCorrect"), std::string::npos);
    const auto before = statements();
    get(staff, "/api/exam/all");
    get(staff, "/api/exam/" + exam.exam);
    EXPECT_EQ(statements(), before);
    EXPECT_EQ(get(staff, "/api/exam/00000000-0000-7000-8000-000000000000").status, 404);
    EXPECT_EQ(get(staff, "/api/exam/nonsense").status, 404);
}

TEST_P(ExamRoutes, ChangeTheQuestionsOfADraft) {
    const auto make = [&] {
        return create_question(
            R"({"statement":"n","questionType":"NUMERICAL","domain":"m","numericalAnswer":1})");
    };
    const auto first = make();
    const auto second = make();
    const auto path = "/api/exam/" + create_exam(minutes(10), minutes(30)) + "/questions";
    const auto add = [](const std::string& id) {
        return R"({"addQuestionIds":[{"questionId":)" + json_string(id) + R"(,"marks":2.5}]})";
    };
    EXPECT_EQ(post(staff, path, add(first)).status, 200);
    EXPECT_EQ(post(staff, path, add(first)).status, 409);
    const auto both = post(staff, path, add(second));
    EXPECT_EQ(both.at("/exam/questions/1/questionOrder"), "2");
    EXPECT_NE(both.body.find("\"marksForEachQuestion\":2.5"), std::string::npos);
    const auto removed = post(staff, path, R"({"removeQuestionIds":[)" + json_string(first) + "]}");
    EXPECT_EQ(removed.at("/exam/questions/0/id"), second);
    EXPECT_EQ(removed.at("/exam/questions/0/questionOrder"), "1");
    EXPECT_EQ(post(staff, path, "{}").status, 400);
    const std::string unknown = "00000000-0000-7000-8000-000000000000";
    const auto reply = post(staff, path, add(unknown));
    EXPECT_EQ(reply.status, 400);
    EXPECT_EQ(reply.at("/invalidQuestionIds/0"), unknown);
    EXPECT_EQ(post(staff, path, R"({"removeQuestionIds":["bad"]})").at("/invalidQuestionIds/0"),
              "bad");
}

TEST_P(ExamRoutes, LeaveTheQuestionsOfOtherExamsInTheirPlaces) {
    const auto make = [&] {
        return create_question(
            R"({"statement":"n","questionType":"NUMERICAL","domain":"m","numericalAnswer":1})");
    };
    const auto first = make();
    const auto both = R"({"addQuestionIds":[{"questionId":)" + json_string(first) +
                      R"(},{"questionId":)" + json_string(make()) + "}]}";
    const auto draft = [&] {
        const auto path = "/api/exam/" + create_exam(minutes(10), minutes(30));
        EXPECT_EQ(post(staff, path + "/questions", both).status, 200);
        return path;
    };
    const auto one = draft();
    const auto other = draft();
    const auto take_out = R"({"removeQuestionIds":[)" + json_string(first) + "]}";
    ASSERT_EQ(post(staff, one + "/questions", take_out).status, 200);
    // Changed, so that it is read anew.
    ASSERT_EQ(put(staff, other, R"({"title":"Chemistry"})").status, 200);
    const auto kept = get(staff, other);
    EXPECT_EQ(kept.at("/exam/questions/0/questionOrder"), "1");
    EXPECT_EQ(kept.at("/exam/questions/1/questionOrder"), "2");
}

TEST_P(ExamRoutes, FreezeAnExamOnceItIsPublished) {
    const auto empty = create_exam(minutes(10), minutes(30));
    EXPECT_EQ(post(staff, "/api/exam/" + empty + "/publish").status, 400);
    const auto exam = publish_exam();
    const auto path = "/api/exam/" + exam.exam;
    EXPECT_EQ(get(staff, path).at("/exam/status"), "PUBLISHED");
    EXPECT_EQ(post(staff, path + "/publish").status, 400);
    EXPECT_EQ(put(staff, path, R"({"title":"Other"})").status, 400);
    EXPECT_EQ(put(staff, path + "/update", R"({"title":"Other"})").status, 400);
    EXPECT_EQ(remove(staff, path).status, 400);
    EXPECT_EQ(post(staff, path + "/questions",
                   R"({"removeQuestionIds":[)" + json_string(exam.single) + "]}")
                  .status,
              400);
}

TEST_P(ExamRoutes, ShowCandidatesOptionsByIdsThatNoOtherExamHas) {
    const auto exam = publish_exam();
    start(asha, exam);
    const auto paper = get(asha, "/api/exam-attempt/" + exam.exam + "/attempt");
    const auto question = get(staff, "/api/question/" + exam.single);
    for (const auto* const option : {"/data/options/0/id", "/data/options/1/id"}) {
        EXPECT_EQ(paper.body.find(question.at(option)), std::string::npos) << paper.body;
    }
}

TEST_P(ExamRoutes, AreNotPublishedOnceTheirEndHasPassed) {
    const auto question = create_question(
        R"({"statement":"n","questionType":"NUMERICAL","domain":"m","numericalAnswer":1})");
    const auto path = "/api/exam/" + create_exam(minutes(10), minutes(30));
    post(staff, path + "/questions",
         R"({"addQuestionIds":[{"questionId":)" + json_string(question) + "}]}");
    clock.advance(minutes(40));
    const auto refused = post(staff, path + "/publish");
    EXPECT_EQ(refused.status, 400);
    EXPECT_EQ(refused.at("/errors/0/field"), "endTime");
    EXPECT_EQ(get(staff, path).at("/exam/status"), "DRAFT");
    ASSERT_EQ(put(staff, path, R"({"endTime":)" + json_string(in(minutes(1))) + "}").status, 200);
    EXPECT_EQ(post(staff, path + "/publish").status, 200);
}

TEST_P(ExamRoutes, TakeNegativeMarksOverFromTheBankWhenTheyArePublished) {
    const auto question =
        create_question(R"({"statement":"n","questionType":"NUMERICAL","domain":"m",)"
                        R"("numericalAnswer":1,"negativeMarks":1})");
    const auto path = "/api/exam/" + create_exam(minutes(10), minutes(30));
    post(staff, path + "/questions",
         R"({"addQuestionIds":[{"questionId":)" + json_string(question) + "}]}");
    ASSERT_EQ(put(staff, "/api/question/" + question, R"({"negativeMarks":0.25})").status, 200);
    ASSERT_EQ(post(staff, path + "/publish").status, 200);
    EXPECT_EQ(scalar("SELECT negative_marks FROM exam_questions"), "250");
}

TEST_P(ExamRoutes, ChangeAndDeleteADraft) {
    const auto exam = create_exam(minutes(10), minutes(30));
    const auto path = "/api/exam/" + exam;
    get(staff, path);
    EXPECT_EQ(put(staff, path, R"({"title":"Chemistry"})").status, 200);
    EXPECT_EQ(get(staff, path).at("/exam/title"), "Chemistry");
    EXPECT_EQ(put(staff, path + "/update", R"({"durationMinutes":15})").status, 200);
    EXPECT_EQ(get(staff, path).at("/exam/durationMinutes"), "15");
    EXPECT_EQ(put(staff, path, R"({"endTime":"2020-01-01T00:00:00Z"})").status, 400);
    EXPECT_EQ(remove(staff, path).status, 200);
    EXPECT_EQ(get(staff, path).status, 404);
    EXPECT_EQ(remove(staff, path).status, 404);
    EXPECT_EQ(get(staff, "/api/exam/all").at("/exams"), "[]");
}

TEST_P(ExamRoutes, RefuseTheWrongRole) {
    const auto exam = publish_exam();
    const auto path = "/api/exam/" + exam.exam;
    const Person nobody;
    const std::vector<std::pair<http::Method, std::string>> routes{
        {http::Method::post, "/api/exam/create"},
        {http::Method::get, "/api/exam/all"},
        {http::Method::get, "/api/exam/outlines"},
        {http::Method::get, path},
        {http::Method::put, path},
        {http::Method::put, path + "/update"},
        {http::Method::delete_, path},
        {http::Method::post, path + "/questions"},
        {http::Method::post, path + "/publish"},
        {http::Method::post, path + "/close"},
        {http::Method::post, path + "/extend"},
        {http::Method::get, path + "/results"},
        {http::Method::get, path + "/results.csv"},
        {http::Method::post, "/api/exam-attempt/" + exam.exam + "/void"},
        {http::Method::post, "/api/result/" + exam.exam + "/calculate"}};
    for (const auto& [method, route] : routes) {
        EXPECT_EQ(send(method, asha, route, "").status, 403) << route;
        EXPECT_EQ(send(method, nobody, route, "").status, 401) << route;
    }
    EXPECT_EQ(get(nobody, "/api/exam/live").status, 401);
    EXPECT_EQ(get(nobody, "/api/exam/upcoming").status, 401);
}

}  // namespace
}  // namespace tripos::test
