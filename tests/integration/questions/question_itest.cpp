// SPDX-License-Identifier: MIT
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using tripos::test::both_engines;
using tripos::test::engine_name;

class QuestionRoutes : public ExamSite {};
INSTANTIATE_TEST_SUITE_P(Engines, QuestionRoutes, both_engines(), engine_name);

constexpr const char* kSingle =
    R"({"statement":"One?","questionType":"single_correct","domain":"Physics","difficulty":"easy",)"
    R"("marks":1.5,"options":[{"text":"yes","isCorrect":true},{"text":"no"}]})";

TEST_P(QuestionRoutes, ShowWhatWasCreatedInItsNormalForm) {
    const auto id = create_question(kSingle);
    const auto reply = get(staff, "/api/question/" + id);
    ASSERT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.at("/success"), "true");
    EXPECT_EQ(reply.at("/data/questionType"), "SINGLE_CORRECT");
    EXPECT_EQ(reply.at("/data/domain"), "physics");
    EXPECT_EQ(reply.at("/data/difficulty"), "EASY");
    EXPECT_NE(reply.body.find("\"marks\":1.5,\"negativeMarks\":0,"), std::string::npos);
    EXPECT_EQ(reply.at("/data/options/0/isCorrect"), "true");
    EXPECT_EQ(reply.at("/data/options/1/order"), "2");
    EXPECT_EQ(reply.at("/data/numericalAnswer"), "null");
}

TEST_P(QuestionRoutes, RefuseEveryBadQuestionAndNameTheField) {
    const std::vector<std::pair<std::string, std::string>> rows{
        {R"({"questionType":"NUMERICAL","domain":"d","numericalAnswer":1})", "statement"},
        {R"({"statement":"s","domain":"d"})", "questionType"},
        {R"({"statement":"s","questionType":"ESSAY","domain":"d"})", "questionType"},
        {R"({"statement":"s","questionType":"NUMERICAL","numericalAnswer":1})", "domain"},
        {R"({"statement":"s","questionType":"SINGLE_CORRECT","domain":"d"})", "options"},
        {R"({"statement":"s","questionType":"SINGLE_CORRECT","domain":"d","options":[)"
         R"({"text":"a","isCorrect":true},{"text":"b","isCorrect":true}]})",
         "options"},
        {R"({"statement":"s","questionType":"MULTIPLE_CORRECT","domain":"d","options":[)"
         R"({"text":"a"},{"text":"b"}]})",
         "options"},
        {R"({"statement":"s","questionType":"SINGLE_CORRECT","domain":"d","options":[)"
         R"({"text":"","isCorrect":true},{"text":"b"}]})",
         "options[0].text"},
        {R"({"statement":"s","questionType":"SINGLE_CORRECT","domain":"d","options":[1,2]})",
         "options[0]"},
        {R"({"statement":"s","questionType":"NUMERICAL","domain":"d"})", "numericalAnswer"},
        {R"({"statement":"s","questionType":"NUMERICAL","domain":"d","numericalAnswer":"x"})",
         "numericalAnswer"},
        {R"({"statement":"s","questionType":"NUMERICAL","domain":"d","numericalAnswer":1,)"
         R"("tolerance":-1})",
         "tolerance"},
        {R"({"statement":"s","questionType":"NUMERICAL","domain":"d","numericalAnswer":1,)"
         R"("marks":0.0001})",
         "marks"},
        {R"({"statement":"s","questionType":"NUMERICAL","domain":"d","numericalAnswer":1,)"
         R"("negativeMarks":-1})",
         "negativeMarks"},
    };
    for (const auto& [body, field] : rows) {
        const auto reply = post(staff, "/api/question/create", body);
        EXPECT_EQ(reply.status, 400) << body;
        EXPECT_EQ(reply.at("/errors/0/field"), field) << reply.body;
        EXPECT_FALSE(reply.message().empty());
    }
    EXPECT_EQ(post(staff, "/api/question/create", "{").status, 400);
}

TEST_P(QuestionRoutes, ListNewestFirstInFilteredPages) {
    for (int i = 0; i < 3; ++i) {
        clock.advance(std::chrono::seconds(1));
        create_question(kSingle);
    }
    clock.advance(std::chrono::seconds(1));
    const auto newest = create_question(
        R"({"statement":"n","questionType":"NUMERICAL","domain":"Maths","numericalAnswer":0.5})");
    const auto page = get(staff, "/api/question/all?page=2&limit=3");
    EXPECT_EQ(page.at("/pagination"),
              R"({"totalItems":4,"totalPages":2,"currentPage":2,"limit":3})");
    EXPECT_EQ(page.json.at("data").as_array().size(), 1u);
    const auto all = get(staff, "/api/question/all");
    EXPECT_EQ(all.at("/data/0/id"), newest);
    EXPECT_NE(all.body.find(R"("value":0.5,"tolerance":0})"), std::string::npos);
    EXPECT_EQ(get(staff, "/api/question/all?domain=MATHS").at("/pagination/totalItems"), "1");
    EXPECT_EQ(get(staff, "/api/question/all?difficulty=easy&questionType=single_correct")
                  .at("/pagination/totalItems"),
              "3");
    EXPECT_EQ(get(staff, "/api/question/all?difficulty=absurd").status, 400);
    EXPECT_EQ(get(staff, "/api/question/all?limit=1000000").at("/pagination/limit"), "100");
}

TEST_P(QuestionRoutes, ListThoseOfOneType) {
    create_question(kSingle);
    const auto numerical = create_question(
        R"({"statement":"n","questionType":"NUMERICAL","domain":"Maths","numericalAnswer":0.5})");
    create_question(kSingle);
    const auto listed = get(staff, "/api/question/all?questionType=numerical");
    EXPECT_EQ(listed.at("/pagination/totalItems"), "1");
    EXPECT_EQ(listed.at("/data/0/id"), numerical);
}

TEST_P(QuestionRoutes, UpdateReplacesOptionsAndIsFreshAtOnce) {
    const auto id = create_question(kSingle);
    get(staff, "/api/question/" + id);
    const auto reply = put(staff, "/api/question/" + id,
                           R"({"statement":"Two?","options":[{"text":"x"},)"
                           R"({"text":"y","isCorrect":true},{"text":"z"}]})");
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto fresh = get(staff, "/api/question/" + id);
    EXPECT_EQ(fresh.at("/data/statement"), "Two?");
    EXPECT_EQ(fresh.at("/data/options/2/text"), "z");
    EXPECT_EQ(fresh.at("/data/questionType"), "SINGLE_CORRECT");
    EXPECT_EQ(put(staff, "/api/question/" + id, R"({"options":[{"text":"only"}]})").status, 400);
}

TEST_P(QuestionRoutes, AnEditIsFreshAtOnceInTheDraftsThatAskIt) {
    const auto id = create_question(kSingle);
    const auto exam = create_exam(std::chrono::minutes(5), std::chrono::minutes(60));
    post(staff, "/api/exam/" + exam + "/questions",
         R"({"addQuestionIds":[{"questionId":)" + json_string(id) + "}]}");
    get(staff, "/api/exam/" + exam);
    const auto option = get(staff, "/api/question/" + id).at("/data/options/0/id");
    ASSERT_EQ(put(staff, "/api/question/" + id, R"({"statement":"Three?"})").status, 200);
    EXPECT_EQ(get(staff, "/api/question/" + id).at("/data/options/0/id"), option);
    EXPECT_EQ(get(staff, "/api/exam/" + exam).at("/exam/questions/0/statement"), "Three?");
}

TEST_P(QuestionRoutes, SecondReadCostsNoStatement) {
    const auto id = create_question(kSingle);
    get(staff, "/api/question/" + id);
    const auto before = statements();
    EXPECT_EQ(get(staff, "/api/question/" + id).status, 200);
    EXPECT_EQ(statements(), before);
}

TEST_P(QuestionRoutes, DeleteIsFinal) {
    const auto id = create_question(kSingle);
    get(staff, "/api/question/" + id);
    EXPECT_EQ(remove(staff, "/api/question/" + id).status, 204);
    EXPECT_EQ(get(staff, "/api/question/" + id).status, 404);
    EXPECT_EQ(remove(staff, "/api/question/" + id).status, 404);
    EXPECT_EQ(put(staff, "/api/question/" + id, "{}").status, 404);
    EXPECT_EQ(get(staff, "/api/question/not-an-id").status, 404);
}

TEST_P(QuestionRoutes, PinAQuestionOnceItsExamIsPublished) {
    const auto exam = publish_exam();
    const auto update = put(staff, "/api/question/" + exam.single, R"({"statement":"Other?"})");
    EXPECT_EQ(update.status, 409);
    EXPECT_EQ(update.code(), "question_in_use");
    EXPECT_EQ(remove(staff, "/api/question/" + exam.single).status, 409);
}

TEST_P(QuestionRoutes, LeaveADraftThatLosesAQuestion) {
    const auto question = create_question(kSingle);
    const auto exam = create_exam(std::chrono::minutes(5), std::chrono::minutes(60));
    post(staff, "/api/exam/" + exam + "/questions",
         R"({"addQuestionIds":[{"questionId":)" + json_string(question) + "}]}");
    EXPECT_EQ(get(staff, "/api/exam/" + exam).at("/exam/questions/0/id"), question);
    EXPECT_EQ(remove(staff, "/api/question/" + question).status, 204);
    EXPECT_EQ(get(staff, "/api/exam/" + exam).at("/exam/questions"), "[]");
}

TEST_P(QuestionRoutes, AreForStaffOnly) {
    const auto id = create_question(kSingle);
    const Person nobody;
    const std::vector<std::pair<http::Method, std::string>> routes{
        {http::Method::post, "/api/question/create"},
        {http::Method::get, "/api/question/all"},
        {http::Method::get, "/api/question/" + id},
        {http::Method::put, "/api/question/" + id},
        {http::Method::delete_, "/api/question/" + id}};
    for (const auto& [method, path] : routes) {
        EXPECT_EQ(send(method, asha, path, "").status, 403) << path;
        EXPECT_EQ(send(method, nobody, path, "").status, 401) << path;
    }
}

}  // namespace
}  // namespace tripos::test
