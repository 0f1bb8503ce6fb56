// SPDX-License-Identifier: MIT
// What staff make and hear no answer of: it is made once, however often they ask.

#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

/// A route that makes something, and where its id stands in the answer.
struct Maker {
    std::string route;
    std::string body;
    std::string id;
    std::string table;
};

const std::array kMakers{
    Maker{.route = "/api/exam/create",
          .body = R"({"title":"Physics","durationMinutes":90,)"
                  R"("startTime":"2026-02-01T10:00","endTime":"2026-02-01T18:00"})",
          .id = "/exam/id",
          .table = "exams"},
    Maker{.route = "/api/question/create",
          .body = R"({"statement":"Two?","questionType":"single_correct","domain":"maths",)"
                  R"("options":[{"text":"yes","isCorrect":true},{"text":"no"}]})",
          .id = "/data/id",
          .table = "questions"}};

class MakingThings : public ExamSite {
  protected:
    Call ask(const Maker& maker, const std::string& key) {
        return {.method = http::Method::post,
                .who = staff,
                .target = maker.route,
                .body = maker.body,
                .headers = {{"idempotency-key", key}}};
    }
    std::string made(const Maker& maker, const Call& call) {
        const auto reply = send(call.method, call.who, call.target, call.body, call.headers);
        EXPECT_EQ(reply.status, 201) << reply.body;
        return reply.at(maker.id);
    }
    std::string count(const std::string& table) { return scalar("SELECT COUNT(*) FROM " + table); }
};
INSTANTIATE_TEST_SUITE_P(Engines, MakingThings, both_engines(), engine_name);

TEST_P(MakingThings, IsDoneOnceHoweverOftenAnOrderIsSent) {
    for (const auto& maker : kMakers) {
        const auto call = ask(maker, "once");
        const auto id = made(maker, call);
        EXPECT_EQ(made(maker, call), id);
        clock.advance(std::chrono::hours(1));
        for (const auto& reply : send_together(std::vector<Call>(20, call))) {
            EXPECT_EQ(reply.status, 201) << reply.body;
            EXPECT_EQ(reply.at(maker.id), id);
        }
        EXPECT_EQ(count(maker.table), "1");
        EXPECT_EQ(scalar("SELECT COUNT(*) FROM audit_entries WHERE subject LIKE '%" + id + "'"),
                  "1");
    }
    EXPECT_EQ(count("question_options"), "2");
}

TEST_P(MakingThings, IsDoneOnceAlsoWhenTheFirstAreSentTogether) {
    for (const auto& maker : kMakers) {
        std::set<std::string> ids;
        for (const auto& reply : send_together(std::vector<Call>(20, ask(maker, "once")))) {
            EXPECT_EQ(reply.status, 201) << reply.body;
            ids.insert(reply.at(maker.id));
        }
        EXPECT_EQ(ids.size(), 1U);
        EXPECT_EQ(count(maker.table), "1");
    }
}

TEST_P(MakingThings, IsDoneAgainForEverythingThatIsAnotherOrder) {
    const auto other = person("Other", {accounts::Role::admin});
    for (const auto& maker : kMakers) {
        auto of_other = ask(maker, "once");
        of_other.who = other;
        auto without = ask(maker, "once");
        without.headers.clear();
        auto of_another_body = ask(maker, "once");
        of_another_body.body.insert(of_another_body.body.rfind('}'), " ");
        std::set<std::string> ids;
        for (const auto& call : {ask(maker, "once"), ask(maker, "ONCE"), of_other, without, without,
                                 of_another_body}) {
            ids.insert(made(maker, call));
        }
        EXPECT_EQ(ids.size(), 6U) << maker.route;
    }
}

TEST_P(MakingThings, LeavesWhatWasChangedSince) {
    const auto& maker = kMakers.front();
    const auto call = ask(maker, "once");
    const auto path = "/api/exam/" + made(maker, call);
    ASSERT_EQ(put(staff, path, R"({"title":"Chemistry"})").status, 200);
    const auto again = send(call.method, call.who, call.target, call.body, call.headers);
    EXPECT_EQ(again.at("/exam/title"), "Chemistry");
    EXPECT_EQ(get(staff, path).at("/exam/title"), "Chemistry");
    ASSERT_EQ(remove(staff, path).status, 200);
    EXPECT_EQ("/api/exam/" + made(maker, call), path);
    EXPECT_EQ(get(staff, path).at("/exam/title"), "Physics");
}

TEST_P(MakingThings, RefusesAKeyBeyondAllMeasureBesideAllOtherProblems) {
    for (const auto& maker : kMakers) {
        auto call = ask(maker, std::string(101, 'k'));
        call.body = "{}";
        const auto reply = send(call.method, call.who, call.target, call.body, call.headers);
        EXPECT_EQ(reply.status, 400);
        EXPECT_NE(reply.body.find("Idempotency-Key has at most 100 bytes"), std::string::npos);
        EXPECT_NE(reply.body.find("is required"), std::string::npos);
        EXPECT_EQ(made(maker, ask(maker, std::string(100, 'k'))).size(), 36U);
    }
}

}  // namespace
}  // namespace tripos::test
