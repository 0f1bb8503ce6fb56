// SPDX-License-Identifier: MIT
// The way of a mail, from the row to the transport, on a real Redis and both engines.

#include "mail_pipeline_fixture.hpp"
#include "notices/mail_job.hpp"
#include "notices/mail_worker.hpp"
#include "telemetry/log.hpp"

namespace tripos::notices {
namespace {

INSTANTIATE_TEST_SUITE_P(Engines, MailPipelineTest, test::both_engines(), test::engine_name);

TEST_P(MailPipelineTest, SendsWhatWasCommitted) {
    start();
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(reaches(id, "SENT"));
    ASSERT_EQ(transport.count(), 1U);
    const auto sent = transport.messages().front();
    EXPECT_EQ(sent.to.text, "ann@college.example");
    EXPECT_EQ(sent.from_name, "Tripos");
    EXPECT_EQ(sent.subject, "Hello");
    EXPECT_EQ(sent.html, "<p>body 424242</p>");
    EXPECT_EQ(sent.message_id, id + "@tripos.localhost");
    ASSERT_TRUE(job_reaches(id, queue::JobState::completed));
    const auto status = run(pipeline->status(id));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, "completed");
    EXPECT_EQ(status->attempts, 1);
    EXPECT_FALSE(status->failed_reason);
    EXPECT_FALSE(run(pipeline->status("018f0000-0000-7000-8000-000000000001")));
    EXPECT_NE(metrics.render().find(
                  R"(tripos_mail_deliveries_total{kind="notification",outcome="delivered"} 1)"),
              std::string::npos);
}

TEST_P(MailPipelineTest, SendsNothingOfARolledBackTransaction) {
    start();
    auto add = [&](sql::Session& session) {
        outbox.put(session, mail("never"));
        throw SystemError("test", "rolled back");
    };
    EXPECT_THROW(run(db().write(std::move(add))), SystemError);
    const auto id = put(mail("after"));
    ASSERT_TRUE(reaches(id, "SENT"));
    EXPECT_EQ(transport.count(), 1U);
}

TEST_P(MailPipelineTest, AnUrgentMailOvertakesAThousandThatWaitInTheQueue) {
    start();
    transport.shut(true);
    put(mail("first"));
    ASSERT_TRUE(transport.wait_for(1));  // it holds the only slot
    auto add = [&](sql::Session& session) {
        for (int i = 0; i < 1'000; ++i) {
            outbox.put(session, mail("less urgent", Priority{2}));
        }
    };
    run(db().write(std::move(add)));
    pipeline->nudge();
    ASSERT_TRUE(eventually([&] { return count_with("QUEUED") == 1'001; }));
    const auto normal = put(mail("normal"));
    const auto urgent = put(mail("urgent", Priority::urgent()));
    ASSERT_TRUE(reaches(urgent, "QUEUED"));
    ASSERT_TRUE(reaches(normal, "QUEUED"));
    transport.shut(false);
    ASSERT_TRUE(transport.wait_for(1'003));
    const auto sent = transport.messages();
    EXPECT_EQ(sent[1].subject, "urgent");
    EXPECT_EQ(sent[2].subject, "normal");
    EXPECT_EQ(sent[3].subject, "less urgent");
}

TEST_P(MailPipelineTest, NewslettersGoOneByOneWhileNoticesLeaveThroughEverySlot) {
    auto options = quick();
    options.concurrency = 3;
    start(options);
    transport.take(milliseconds(5));
    const auto put_many = [&](const OutgoingMail& one, int count) {
        auto add = [&](sql::Session& session) {
            for (int i = 0; i < count; ++i) {
                outbox.put(session, one);
            }
        };
        run(db().write(std::move(add)));
        pipeline->nudge();
    };
    const auto sent = [&](std::string_view subject) {
        const auto mails = transport.messages();
        return std::count_if(mails.begin(), mails.end(),
                             [subject](const auto& one) { return one.subject == subject; });
    };
    std::int64_t news = 0;
    // With notices in every slot all along, and some that stand still: how many more at once?
    const auto most_at_once = [&](int notices) {
        put_many(mail("notice"), notices);
        transport.most_at_once();
        put_many(mail("news", Priority::bulk()), 12);
        news += 12;
        EXPECT_TRUE(eventually([&] {
            return sent("news") >= news &&
                   run(pipeline->bulk_queue().counts())[queue::JobState::active] == 0;
        }));
        return transport.most_at_once();
    };
    EXPECT_TRUE(eventually([&] { return most_at_once(200) == 3 + 1; }));
    transport.shut_for("notice");
    EXPECT_TRUE(eventually([&] { return most_at_once(1) == 3 + 3; })) << "nobody is served by it";
    transport.shut_for("");
}

TEST_P(MailPipelineTest, TheMessagesOwnFailureConsumesAttemptsUntilItHasFailed) {
    const mail::Delivery later{.kind = Kind::retry_message, .code = 451, .reply = "4.3.0 later"};
    transport.answer_with({later, later, later});
    auto options = quick();
    options.slow_retries = false;
    start(options);
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(reaches(id, "FAILED"));
    EXPECT_EQ(row_text(id, "last_error"), "451 4.3.0 later");
    EXPECT_EQ(transport.count(), 3U);
    const auto status = run(pipeline->status(id));
    EXPECT_EQ(status->state, "failed");
    EXPECT_EQ(status->attempts, 3);
    EXPECT_EQ(status->failed_reason, "451 4.3.0 later");
    const auto ids = transport.messages();
    EXPECT_EQ(ids[0].message_id, ids[2].message_id);
}

TEST_P(MailPipelineTest, AMailThatIsRefusedForNowIsDeferredPastItsAttempts) {
    const mail::Delivery later{.kind = Kind::retry_message, .code = 450, .reply = "4.2.0 grey"};
    transport.answer_with({later, later, later, later});
    start();
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(reaches(id, "DEFERRED"));
    ASSERT_TRUE(job_reaches(id, queue::JobState::delayed));
    EXPECT_EQ(transport.count(), 3U);
    EXPECT_EQ(row_text(id, "last_error"), "450 4.2.0 grey");
    EXPECT_EQ(run(pipeline->status(id))->state, "delayed");
    const auto due = [&] { return run(pipeline->email_queue().get_job(id))->delay; };
    EXPECT_GE(due(), std::chrono::seconds(48));
    EXPECT_LE(due(), std::chrono::seconds(60));
    EXPECT_EQ(run(pipeline->email_queue().get_job(id))->attempts_made, 2);
    // The operator's "now" is a try like any other, and the mail is deferred once more.
    ASSERT_TRUE(run(pipeline->email_queue().promote(id)));
    ASSERT_TRUE(transport.wait_for(4));
    ASSERT_TRUE(job_reaches(id, queue::JobState::delayed));
    ASSERT_TRUE(reaches(id, "DEFERRED"));
    EXPECT_EQ(run(pipeline->email_queue().get_job(id))->attempts_made, 2);
    ASSERT_TRUE(run(pipeline->email_queue().promote(id)));
    ASSERT_TRUE(reaches(id, "SENT"));
    ASSERT_TRUE(job_reaches(id, queue::JobState::completed));
    EXPECT_EQ(transport.count(), 5U);
}

TEST_P(MailPipelineTest, WhatExpiresSoonFailsWithTheLastReplyAfterItsAttempts) {
    const mail::Delivery later{.kind = Kind::retry_message, .code = 450, .reply = "4.2.0 grey"};
    transport.answer_with({later, later, later});
    start();
    auto code = mail("Your code", Priority::urgent());
    code.valid_for = std::chrono::seconds(5);
    const auto id = put(code);
    ASSERT_TRUE(reaches(id, "FAILED"));
    EXPECT_EQ(row_text(id, "last_error"), "450 4.2.0 grey");
    EXPECT_EQ(transport.count(), 3U);
}

TEST_P(MailPipelineTest, ADeferredMailThatRedisLostIsQueuedAgain) {
    const mail::Delivery later{.kind = Kind::retry_message, .code = 450, .reply = "4.2.0 grey"};
    transport.answer_with({later, later, later});
    start();
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(reaches(id, "DEFERRED"));
    ASSERT_TRUE(job_reaches(id, queue::JobState::delayed));
    redis.flush();
    ASSERT_TRUE(reaches(id, "SENT"));
    EXPECT_EQ(transport.count(), 4U);
}

TEST_P(MailPipelineTest, ARefusalForGoodFailsAtOnce) {
    transport.answer_with(
        {{.kind = Kind::fail_recipient, .code = 550, .reply = "5.1.1 no such user"}});
    start();
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(reaches(id, "FAILED"));
    EXPECT_EQ(row_text(id, "last_error"), "550 5.1.1 no such user");
    EXPECT_EQ(transport.count(), 1U);
}

TEST_P(MailPipelineTest, ARelayThatIsAwayConsumesNoAttempt) {
    const mail::Delivery away{.kind = Kind::retry_transport, .pause = milliseconds(10)};
    transport.answer_with({away, away, away, away, away});
    start();
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(reaches(id, "SENT"));
    EXPECT_EQ(transport.count(), 6U);
    ASSERT_TRUE(job_reaches(id, queue::JobState::completed));
    EXPECT_LE(run(pipeline->email_queue().get_job(id))->attempts_made, 1);
}

TEST_P(MailPipelineTest, SendsOnceWhatAFlushedRedisLost) {
    start(woken_only());
    run(pipeline->email_queue().pause());
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(job_reaches(id, queue::JobState::prioritized) ||
                run(pipeline->email_queue().get_state(id)) == queue::JobState::waiting);
    ASSERT_TRUE(eventually([&] { return row_text(id, "status") == "QUEUED"; }));
    redis.flush();
    ASSERT_TRUE(reaches(id, "SENT"));
    ASSERT_TRUE(job_reaches(id, queue::JobState::completed));
    EXPECT_EQ(transport.count(), 1U);
}

TEST_P(MailPipelineTest, WaitsForARedisThatIsDown) {
    start();
    redis.kill();
    const log::Recording lines;
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(
        eventually([&] { return lines.text().find("wait in the outbox") != std::string::npos; }));
    EXPECT_EQ(row_text(id, "status"), "PENDING");
    EXPECT_EQ(run(pipeline->status(id))->state, "pending");
    redis.restart();
    ASSERT_TRUE(reaches(id, "SENT"));
    EXPECT_EQ(transport.count(), 1U);
}

TEST_P(MailPipelineTest, SendsOneOfSeveralVerificationMailsThatWait) {
    const auto verification = [](const char* user) {
        OutgoingMail one = mail("Please verify", Priority::urgent());
        one.kind = "verification";
        one.user_id = user;
        return one;
    };
    transport.shut(true);
    start();
    const auto first = put(verification("user-1"));
    ASSERT_TRUE(reaches(first, "QUEUED"));
    const auto second = put(verification("user-1"));
    const auto other = put(verification("user-2"));
    EXPECT_TRUE(reaches(second, "CANCELLED"));
    EXPECT_EQ(row_text(second, "last_error"), "an earlier one is still on its way");
    transport.shut(false);
    EXPECT_TRUE(reaches(first, "SENT"));
    EXPECT_TRUE(reaches(other, "SENT"));
    ASSERT_TRUE(job_reaches(first, queue::JobState::completed));
    EXPECT_TRUE(reaches(put(verification("user-1")), "SENT"));
    EXPECT_EQ(transport.count(), 3U);
}

TEST_P(MailPipelineTest, DoesNotSendAgainWhatIsSent) {
    start();
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(reaches(id, "SENT"));
    ASSERT_TRUE(job_reaches(id, queue::JobState::completed));
    ASSERT_TRUE(run(pipeline->email_queue().remove(id)));
    PendingMail again{.id = id, .to = "ann@college.example", .subject = "Hello", .body = "x"};
    ASSERT_TRUE(run(pipeline->email_queue().add(make_mail_job(again, {}))));
    ASSERT_TRUE(job_reaches(id, queue::JobState::completed));
    EXPECT_EQ(transport.count(), 1U);
}

TEST_P(MailPipelineTest, KeepsSecretsOutOfDatabaseAndRedis) {
    start();
    run(pipeline->email_queue().pause());
    auto secret = mail("Your code", Priority::urgent());
    secret.carries_secret = true;
    const auto id = put(secret);
    ASSERT_TRUE(reaches(id, "QUEUED"));
    const auto stored = redis.raw({"HGETALL", "bull:email:" + id});
    EXPECT_NE(stored.find("sealed"), std::string::npos);
    EXPECT_EQ(stored.find("424242"), std::string::npos);
    EXPECT_EQ(row_text(id, "body").find("424242"), std::string::npos);
    run(pipeline->email_queue().resume());
    ASSERT_TRUE(reaches(id, "SENT"));
    EXPECT_EQ(transport.messages().front().html, "<p>body 424242</p>");
}

TEST_P(MailPipelineTest, CanLeaveSecretsOpenForNodeWorkers) {
    start();
    run(pipeline->email_queue().pause());
    const Outbox open(Secret("a secret"), false, clock, random);
    auto secret = mail("Your code");
    secret.carries_secret = true;
    auto add = [&](sql::Session& session) { return open.put(session, secret); };
    const auto id = run(db().write(std::move(add)));
    ASSERT_TRUE(reaches(id, "QUEUED"));
    EXPECT_NE(redis.raw({"HGET", "bull:email:" + id, "data"}).find("424242"), std::string::npos);
}

TEST_P(MailPipelineTest, SendsTheJobsOfOtherProducers) {
    start();
    queue::NewJob job{.name = "send-email",
                      .data = R"({"to":"bob@college.example","subject":"Hi","html":"<p>Hi</p>"})"};
    const auto id = run(pipeline->email_queue().add(job));
    ASSERT_TRUE(id);
    ASSERT_TRUE(job_reaches(*id, queue::JobState::completed));
    EXPECT_EQ(transport.messages().front().to.text, "bob@college.example");
    const auto status = run(pipeline->status(*id));
    ASSERT_TRUE(status);
    EXPECT_EQ(status->state, "completed");
}

TEST_P(MailPipelineTest, FailsJobsItCannotRead) {
    start();
    for (const char* data : {"[]", R"({"to":"nobody","subject":"Hi","html":"x"})"}) {
        queue::NewJob job{.name = "send-email", .data = data};
        job.options.attempts = 3;
        const auto id = run(pipeline->email_queue().add(job));
        ASSERT_TRUE(id);
        ASSERT_TRUE(job_reaches(*id, queue::JobState::failed));
        EXPECT_FALSE(run(pipeline->email_queue().get_job(*id))->failed_reason->empty());
    }
    EXPECT_EQ(transport.count(), 0U);
}

TEST_P(MailPipelineTest, ANoticeInDoubtIsSentAgainUnderItsIdAndANewsletterIsNot) {
    const mail::Delivery doubt{.kind = Kind::in_doubt, .reply = "at final dot: reset"};
    transport.answer_with({doubt});
    start(woken_only());
    const auto notice = put(mail("notice"));
    ASSERT_TRUE(reaches(notice, "SENT"));
    const auto sent = transport.messages();
    ASSERT_EQ(sent.size(), 2U);
    EXPECT_EQ(sent[0].message_id, sent[1].message_id);

    transport.answer_with({doubt});
    const auto newsletter = put(mail("newsletter", Priority::bulk()));
    ASSERT_TRUE(reaches(newsletter, "IN_DOUBT"));
    ASSERT_TRUE(eventually([&] {
        return run(pipeline->bulk_queue().get_state(newsletter)) == queue::JobState::failed;
    }));
    EXPECT_EQ(transport.count(), 3U);
    EXPECT_EQ(pipeline->report()[2].figures.left_in_doubt, 1);

    ASSERT_TRUE(run(pipeline->resend(newsletter, clock.now())));
    ASSERT_TRUE(reaches(newsletter, "SENT"));
    EXPECT_EQ(transport.count(), 4U);
    EXPECT_FALSE(run(pipeline->resend("018f0000-0000-7000-8000-000000000001", clock.now())));
}

TEST_P(MailPipelineTest, DoesNotSendACodeThatIsOfNoUseAnyMore) {
    auto code = mail("Your code", Priority::urgent());
    code.valid_for = std::chrono::seconds(0);
    const auto id = put(code);
    std::this_thread::sleep_for(milliseconds(2));
    start();
    ASSERT_TRUE(reaches(id, "FAILED"));
    EXPECT_EQ(row_text(id, "last_error"), "expired before it could be sent");
    EXPECT_EQ(transport.count(), 0U);
}

TEST_P(MailPipelineTest, SendsNothingWhoseOutcomeCannotBeRecorded) {
    const auto id = put(mail("Hello"));
    MailFigures figures(metrics);
    MailWorker worker(
        {.database = db(),
         .outbox = outbox,
         .transport = transport,
         .figures = figures,
         .clock = clock,
         .wall = clock,
         .random = random},
        {.from = *parse_sender("no-reply@tripos.localhost"),
         .unsubscribe_links = UnsubscribeLinks(Secret("a secret"), "http://localhost")});
    db().close();
    const PendingMail row{.id = id, .to = "ann@college.example", .subject = "Hello", .body = "x"};
    const auto made = make_mail_job(row, {});
    const queue::Job job{.id = id, .name = made.name, .data = made.data};
    const auto outcome = run(worker.process(job));
    EXPECT_TRUE(std::holds_alternative<queue::SlowDown>(outcome));
    EXPECT_EQ(transport.count(), 0U);
}

}  // namespace
}  // namespace tripos::notices
