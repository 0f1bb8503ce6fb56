// SPDX-License-Identifier: MIT
// What invigilators watch: the board and the timeline, on both engines with a real Redis.

#include <set>

#include "http/json_writer.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using accounts::Role;
using std::chrono::minutes;
using std::chrono::seconds;
using tripos::test::both_engines;
using tripos::test::engine_name;

class LiveBoard : public ExamSite {
  protected:
    static std::string path(const ExamIds& exam) { return "/api/exam/" + exam.exam; }
    Reply board(const ExamIds& exam, const std::string& cursor = "") {
        return get(staff, path(exam) + "/board?cursor=" + cursor);
    }
    /// A second later, after Redis was told.
    Reply next_board(const ExamIds& exam, const std::string& cursor = "") {
        run(exams->attempts.presence().flush());
        clock.advance(seconds(1));
        return board(exam, cursor);
    }
    static const boost::json::object* row(const Reply& reply, const Person& who) {
        for (const auto& one : reply.json.at("candidates").as_array()) {
            if (one.at("userId").as_string() == who.id) {
                return &one.as_object();
            }
        }
        return nullptr;
    }
    static std::string state(const Reply& reply, const Person& who) {
        const auto* found = row(reply, who);
        return found == nullptr ? "" : std::string(found->at("state").as_string());
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, LiveBoard, both_engines(), engine_name);

TEST_P(LiveBoard, TellsHowFarEachIsAndNoAnswer) {
    const auto exam = publish_exam(minutes(30));
    start(asha, exam);
    start(ravi, exam);
    save_options(asha, exam, exam.single, {exam.right});
    save_options(asha, exam, exam.multiple, {exam.both[0]});
    save_options(asha, exam, exam.multiple, {});
    const auto first = next_board(exam);
    ASSERT_EQ(first.status, 200) << first.body;
    EXPECT_EQ(first.at("/complete"), "true");
    EXPECT_EQ(first.at("/counts/writing"), "2");
    ASSERT_NE(row(first, asha), nullptr) << first.body;
    EXPECT_EQ(row(first, asha)->at("answered"), 1);
    EXPECT_EQ(row(first, asha)->at("fullName"), "Asha");
    EXPECT_FALSE(row(first, asha)->at("lastSaveAt").is_null());
    EXPECT_TRUE(row(first, ravi)->at("lastSaveAt").is_null());
    for (const auto& secret : {exam.right, exam.both[0], exam.single}) {
        EXPECT_EQ(first.body.find(secret), std::string::npos);
    }
    save_options(ravi, exam, exam.single, {exam.wrong});
    const auto cursor = first.at("/cursor");
    const auto second = next_board(exam, cursor);
    EXPECT_EQ(second.at("/complete"), "false");
    EXPECT_EQ(row(second, asha), nullptr) << second.body;
    ASSERT_NE(row(second, ravi), nullptr) << second.body;
    EXPECT_EQ(row(second, ravi)->at("answered"), 1);
    EXPECT_EQ(next_board(exam, second.at("/cursor")).at("/candidates"), "[]");
}

TEST_P(LiveBoard, TellsWhoIsQuietHandedInAndClosed) {
    const auto exam = publish_exam(minutes(30));
    start(asha, exam);
    start(ravi, exam);
    clock.advance(seconds(80));
    get(asha, "/api/exam-attempt/" + exam.exam + "/status");
    clock.advance(seconds(20));
    auto now = next_board(exam);
    EXPECT_EQ(state(now, asha), "writing");
    EXPECT_EQ(state(now, ravi), "quiet");
    post(asha, "/api/exam-attempt/" + exam.exam + "/submit");
    clock.advance(minutes(40));
    now = next_board(exam);
    EXPECT_EQ(state(now, asha), "handed_in");
    EXPECT_EQ(state(now, ravi), "closed") << "also while its end is still to be recorded";
    run(exams->finisher().finish_due());
    EXPECT_EQ(state(next_board(exam), ravi), "closed");
}

TEST_P(LiveBoard, KnowsOfACloseAndOfAVoidAttempt) {
    const auto exam = publish_exam();
    start(asha, exam);
    start(ravi, exam);
    auto now = next_board(exam);
    const auto attempt = std::string(row(now, asha)->at("attemptId").as_string());
    post(staff, "/api/exam-attempt/" + attempt + "/void", R"({"reason":"power cut"})");
    EXPECT_EQ(state(next_board(exam), asha), "not_started");
    start(asha, exam);
    now = next_board(exam);
    EXPECT_EQ(state(now, asha), "writing");
    EXPECT_NE(row(now, asha)->at("attemptId").as_string(), attempt);
    ASSERT_EQ(close(exam.exam).status, 200);
    EXPECT_EQ(next_board(exam).at("/counts/closed"), "2");
}

TEST_P(LiveBoard, SaysUnknownWhileRedisIsAwayAndStillCountsAnswers) {
    const auto exam = publish_exam();
    start(asha, exam);
    next_board(exam);
    redis->kill();
    clock.advance(seconds(1));
    save_options(asha, exam, exam.single, {exam.right});
    const auto away = board(exam);
    ASSERT_EQ(away.status, 200) << away.body;
    EXPECT_EQ(state(away, asha), "unknown");
    EXPECT_EQ(row(away, asha)->at("answered"), 1);
}

TEST_P(LiveBoard, IsMadeOnceASecondForAllWhoWatch) {
    const auto exam = publish_exam();
    start(asha, exam);
    next_board(exam);
    clock.advance(seconds(1));
    std::vector<Call> calls(20, Call{http::Method::get, staff, path(exam) + "/board", ""});
    const auto before = statements();
    const auto replies = send_together(std::move(calls));
    std::set<std::string> moments;
    for (const auto& reply : replies) {
        ASSERT_EQ(reply.status, 200) << reply.body;
        moments.insert(reply.at("/asOf"));
    }
    EXPECT_EQ(moments.size(), 1U);
    // Each is asked for its right, one for the board.
    EXPECT_LE(statements() - before, 20U * 4 + 10);
    const auto other = make_module();
    EXPECT_NE(next_board(exam).at("/cursor"), "");
}

TEST_P(LiveBoard, IsForWhomTheExamIsAssignedTo) {
    const auto vera = person("Vera", {Role::invigilator});
    const auto exam = publish_exam();
    start(asha, exam);
    const auto attempt = get(asha, "/api/exam-attempt/" + exam.exam + "/attempt").at("/attemptId");
    for (const auto& what : {path(exam) + "/board", "/api/exam-attempt/" + attempt + "/timeline"}) {
        EXPECT_EQ(get(vera, what).status, 404) << what;
        EXPECT_EQ(get(asha, what).status, 403) << what;
    }
    ASSERT_EQ(
        put(staff, path(exam) + "/staff", R"({"userIds":[)" + json_string(vera.id) + "]}").status,
        200);
    EXPECT_EQ(get(vera, path(exam) + "/board").status, 200);
    EXPECT_EQ(get(vera, "/api/exam-attempt/" + attempt + "/timeline").status, 200);
    EXPECT_EQ(get(staff, "/api/exam/00000000-0000-7000-8000-000000000000/board").status, 404);
    EXPECT_EQ(get(staff, "/api/exam-attempt/00000000-0000-7000-8000-000000000000/timeline").status,
              404);
}

TEST_P(LiveBoard, TheTimelineTellsWhatWasDoneAndWhenNotWhatWasAnswered) {
    const auto exam = publish_exam();
    start(asha, exam);
    clock.advance(minutes(1));
    save_options(asha, exam, exam.single, {exam.right});
    clock.advance(minutes(10));
    post(staff, path(exam) + "/extend",
         R"({"minutes":5,"reason":"fire alarm",)" + confirming(exam.exam) + "}");
    clock.advance(minutes(1));
    post(asha, "/api/exam-attempt/" + exam.exam + "/submit");
    const auto id = next_board(exam).at("/candidates/0/attemptId");
    const auto told = get(staff, "/api/exam-attempt/" + id + "/timeline");
    ASSERT_EQ(told.status, 200) << told.body;
    EXPECT_EQ(told.at("/acts/0/action"), "attempt.start");
    EXPECT_EQ(told.at("/acts/0/actorName"), "Asha Rao");
    EXPECT_EQ(told.at("/acts/1/action"), "exam.extend");
    EXPECT_EQ(told.at("/acts/1/after/reason"), "fire alarm");
    EXPECT_EQ(told.at("/acts/2/action"), "attempt.submit");
    EXPECT_EQ(told.at("/acts/3"), "");
    EXPECT_EQ(told.at("/minutes/0/saves"), "1");
    EXPECT_EQ(told.json.at("gaps").as_array().size(), 1U);
    EXPECT_EQ(told.at("/attempt/status"), "SUBMITTED");
    EXPECT_EQ(told.body.find(exam.right), std::string::npos);
}

TEST_P(LiveBoard, TheTimelineTellsWhichMessagesThePageHasShown) {
    const auto exam = publish_exam();
    start(asha, exam);
    for (const auto* text : {"First", "Second"}) {
        clock.advance(seconds(1));
        ASSERT_EQ(post(staff, path(exam) + "/notices",
                       std::string(R"({"text":")") + text + R"(",)" + confirming(exam.exam) + "}")
                      .status,
                  201);
    }
    get(asha, "/api/exam-attempt/" + exam.exam + "/status?noticesAfter=1");
    const auto id = next_board(exam).at("/candidates/0/attemptId");
    const auto told = get(staff, "/api/exam-attempt/" + id + "/timeline");
    EXPECT_EQ(told.at("/notices/0/text"), "First");
    EXPECT_EQ(told.at("/notices/0/seen"), "true");
    EXPECT_EQ(told.at("/notices/1/seen"), "false");
}

}  // namespace
}  // namespace tripos::test
