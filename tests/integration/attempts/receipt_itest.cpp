// SPDX-License-Identifier: MIT
// Handing in: once, whatever is repeated, and with a receipt that can be verified later.

#include <gtest/gtest.h>

#include "attempts/receipt.hpp"
#include "http/json_writer.hpp"
#include "support/exams/exam_site.hpp"

namespace tripos::test {
namespace {

using std::chrono::minutes;
using tripos::test::both_engines;
using tripos::test::engine_name;

class HandingIn : public ExamSite {
  protected:
    Reply submit(const Person& who, const ExamIds& exam, const std::string& key = "") {
        http::Headers headers;
        if (!key.empty()) {
            headers.emplace_back("idempotency-key", key);
        }
        return send(http::Method::post, who, "/api/exam-attempt/" + exam.exam + "/submit", "",
                    headers);
    }
    /// A running attempt with one answer.
    ExamIds sat() {
        const auto exam = publish_exam();
        start(asha, exam);
        save_options(asha, exam, exam.single, {exam.right});
        return exam;
    }
    std::string verify(const std::string& payload, const std::string& key_id,
                       const std::string& signature) {
        const auto body = R"({"payload":)" + http::json_string(payload) + R"(,"keyId":)" + key_id +
                          R"(,"signature":)" + http::json_string(signature) + "}";
        const auto reply = post(ravi, "/api/receipts/verify", body);
        EXPECT_EQ(reply.status, 200) << reply.body;
        return reply.at("/genuine");
    }
    std::string verify(const Reply& handed_in) {
        return verify(handed_in.at("/receipt/payload"), handed_in.at("/receipt/keyId"),
                      handed_in.at("/receipt/signature"));
    }
    std::string count(const std::string& what) { return scalar("SELECT COUNT(*) FROM " + what); }
};
INSTANTIATE_TEST_SUITE_P(Engines, HandingIn, both_engines(), engine_name);

TEST_P(HandingIn, TwiceIsRefusedAndTheSameOrderGetsTheFirstAnswerAgain) {
    const auto exam = sat();
    const auto first = submit(asha, exam, "order 1");
    ASSERT_EQ(first.status, 200) << first.body;
    for (const auto* const other : {"", "order 2", "ORDER 1"}) {
        const auto refused = submit(asha, exam, other);
        EXPECT_EQ(refused.status, 400) << other;
        EXPECT_EQ(refused.code(), "already_submitted") << other;
    }
    clock.advance(minutes(3));
    const auto again = submit(asha, exam, "order 1");
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(submit(asha, exam, std::string(101, 'k')).code(), "validation_failed");
    EXPECT_EQ(count("hand_ins"), "1");
    EXPECT_EQ(count("audit_entries WHERE action = 'attempt.submit'"), "1");
    start(ravi, exam);
    const auto another = submit(ravi, exam, "order 1");
    EXPECT_EQ(another.status, 200);
    EXPECT_NE(another.at("/attemptId"), first.at("/attemptId"));
}

TEST_P(HandingIn, ALateRepeatDoesNotEndAnAttemptThatWasOpenedAgain) {
    const auto exam = sat();
    const auto first = submit(asha, exam, "order 1");
    const auto reopen = "/api/exam-attempt/" + first.at("/attemptId") + "/reopen";
    ASSERT_EQ(post(staff, reopen, R"({"minutes":10,"reason":"by mistake"})").status, 200);
    EXPECT_EQ(submit(asha, exam, "order 1").body, first.body);
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.wrong}).status, 200) << "it still runs";
    const auto second = submit(asha, exam, "order 2");
    EXPECT_EQ(second.status, 200);
    EXPECT_NE(second.at("/receipt/payload"), first.at("/receipt/payload"));
    EXPECT_EQ(verify(first), "true") << "that was handed in then";
    EXPECT_EQ(count("hand_ins"), "2");
}

TEST_P(HandingIn, ALateRepeatDoesNotEndAnAttemptThatWasBegunSinceTheFirstBecameVoid) {
    const auto exam = sat();
    const auto first = submit(asha, exam, "order 1");
    const auto path = "/api/exam-attempt/" + first.at("/attemptId") + "/void";
    ASSERT_EQ(post(staff, path, R"({"reason":"power cut"})").status, 200);
    start(asha, exam);
    EXPECT_EQ(submit(asha, exam, "order 1").body, first.body);
    EXPECT_EQ(save_options(asha, exam, exam.single, {exam.right}).status, 200) << "it still runs";
    EXPECT_EQ(submit(asha, exam, "order 2").status, 200);
}

TEST_P(HandingIn, TheReceiptIsThereAgainAndForWhomTheClockEndedToo) {
    const auto exam = sat();
    start(ravi, exam);
    const auto again = [&](const Person& who) {
        return get(who, "/api/exam-attempt/" + exam.exam + "/receipt");
    };
    EXPECT_EQ(again(asha).code(), "not_submitted");
    const auto first = submit(asha, exam);
    const auto told = again(asha);
    ASSERT_EQ(told.status, 200) << told.body;
    EXPECT_EQ(told.at("/attemptId"), first.at("/attemptId"));
    EXPECT_EQ(told.at("/receipt/payload"), first.at("/receipt/payload"));
    EXPECT_EQ(told.at("/receipt/signature"), first.at("/receipt/signature"));
    EXPECT_EQ(told.at("/examTitle"), "Physics");
    const auto reopen = "/api/exam-attempt/" + first.at("/attemptId") + "/reopen";
    ASSERT_EQ(post(staff, reopen, R"({"minutes":10,"reason":"by mistake"})").status, 200);
    EXPECT_EQ(again(asha).code(), "not_submitted") << "it runs";
    clock.advance(minutes(130));
    run(exams->finisher().finish_due());
    for (const auto& who : {asha, ravi}) {
        const auto closed = again(who);
        ASSERT_EQ(closed.status, 200) << closed.body;
        EXPECT_EQ(verify(closed), "true");
        EXPECT_NE(closed.at("/receipt/payload").find("submittedAt"), std::string::npos);
        EXPECT_EQ(again(who).body, closed.body);
    }
    EXPECT_NE(again(asha).at("/receipt/payload"), first.at("/receipt/payload"));
    EXPECT_EQ(count("hand_ins"), "3");
    EXPECT_EQ(again(person("Vera")).code(), "no_active_attempt");
}

TEST_P(HandingIn, ManyAtOnceAreOne) {
    const auto exam = sat();
    const auto path = "/api/exam-attempt/" + exam.exam + "/submit";
    std::vector<Call> calls(20, Call{http::Method::post, asha, path, ""});
    int done = 0;
    for (const auto& reply : send_together(std::move(calls))) {
        done += reply.status == 200 ? 1 : 0;
        EXPECT_TRUE(reply.status == 200 || reply.code() == "already_submitted") << reply.body;
    }
    EXPECT_EQ(done, 1);
    EXPECT_EQ(count("hand_ins"), "1");
}

TEST_P(HandingIn, TheReceiptTellsAnswersAndTimesAndNothingElseVerifies) {
    const auto exam = sat();
    save_number(asha, exam, "6.626e-34");
    const auto reply = submit(asha, exam);
    const auto payload = reply.at("/receipt/payload");
    EXPECT_NE(payload.find(reply.at("/attemptId")), std::string::npos);
    EXPECT_NE(payload.find(exam.right), std::string::npos) << payload;
    EXPECT_NE(payload.find("submittedAt"), std::string::npos);
    EXPECT_EQ(payload.find("isCorrect"), std::string::npos);
    EXPECT_EQ(verify(reply), "true");
    const auto key = reply.at("/receipt/keyId");
    const auto signature = reply.at("/receipt/signature");
    auto forged = payload;
    forged.replace(forged.find(exam.right), exam.right.size(), exam.wrong);
    EXPECT_EQ(verify(forged, key, signature), "false");
    EXPECT_EQ(verify(payload + " ", key, signature), "false");
    EXPECT_EQ(verify(payload, "999", signature), "false");
    for (const auto* const bad : {"x", "AAAA", "%%%%"}) {
        EXPECT_EQ(verify(payload, key, bad), "false") << bad;
    }
    for (const auto* const bad : {"{}", R"({"payload":7,"keyId":1,"signature":"x"})",
                                  R"({"payload":"x","keyId":0,"signature":"x"})"}) {
        EXPECT_EQ(post(ravi, "/api/receipts/verify", bad).status, 400) << bad;
    }
}

TEST_P(HandingIn, TheKeyIsSealedAndSurvivesARestartAndAnotherSecret) {
    const auto exam = sat();
    start(ravi, exam);
    const auto first = submit(asha, exam);
    const auto answer_of = [&](const char* secret, const Person& who) {
        attempts::AttemptsOptions options;
        options.receipt_seal = Secret(secret);
        exams = make_module({}, options);
        router = std::make_unique<http::Router>();
        exams->add_routes(*router);
        return submit(who, exam);
    };
    const auto second = answer_of("", ravi);
    EXPECT_EQ(second.at("/receipt/keyId"), "1") << "of a process before";
    const auto vera = person("Vera");
    start(vera, exam);
    const auto third = answer_of("another secret than the one before", vera);
    EXPECT_EQ(third.at("/receipt/keyId"), "2");
    for (const auto& reply : {first, second, third}) {
        EXPECT_EQ(verify(reply), "true");
    }
    const auto payload = first.at("/receipt/payload");
    EXPECT_EQ(verify(payload, "2", first.at("/receipt/signature")), "false") << "of another key";
    EXPECT_EQ(verify(payload, "1", third.at("/receipt/signature")), "false") << "of another text";
    EXPECT_EQ(count("receipt_keys"), "2");
}

}  // namespace
}  // namespace tripos::test
