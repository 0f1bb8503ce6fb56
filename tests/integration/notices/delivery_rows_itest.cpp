// SPDX-License-Identifier: MIT
// What the tries of a mail leave in its row and in the log, and how long that is kept.

#include "mail_pipeline_fixture.hpp"
#include "notices/delivery_rows.hpp"
#include "notices/delivery_ticket.hpp"
#include "notices/letters.hpp"
#include "notices/outbox_rows.hpp"

namespace tripos::notices {
namespace {

class DeliveryRowsTest : public MailPipelineTest {
  protected:
    TryStart begin_at(const std::string& id, Timestamp at) {
        const ForeignMail none{.to = *mail::parse_address("ann@college.example"), .subject = {}};
        auto begin = [&](sql::Session& session) { return begin_try(session, id, none, at); };
        return run(db().write(std::move(begin)));
    }
    MailTry begin(const std::string& id) { return begin_at(id, clock.now()).mail_try; }
    void record(const MailTry& one, const mail::Delivery& delivery) {
        auto note = [&](sql::Session& session) {
            record_outcome(session, one, delivery, clock.now());
        };
        run(db().write(std::move(note)));
    }
    bool send_again(const std::string& id) {
        auto again = [&](sql::Session& session) { return resend(session, id); };
        return run(db().write(std::move(again)));
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, DeliveryRowsTest, test::both_engines(), test::engine_name);

TEST_P(DeliveryRowsTest, LogsEveryTryAndSuppressesAMailboxThatDoesNotExist) {
    const mail::Delivery later{.kind = Kind::retry_message, .code = 451, .reply = "4.3.0 later"};
    transport.answer_with(
        {later, {.kind = Kind::fail_recipient, .code = 550, .reply = "5.1.1 no such user"}});
    start();
    const auto id = put(mail("Hello"));
    ASSERT_TRUE(reaches(id, "FAILED"));
    auto look = [](sql::Session& session) {
        return find_log(session, {.canonical = "ann@college.example"}, 10);
    };
    const auto log = run(db().read(look));
    ASSERT_EQ(log.size(), 1U);
    EXPECT_EQ(log[0].status, "FAILED");
    EXPECT_EQ(log[0].reason, "550 5.1.1 no such user");
    ASSERT_EQ(log[0].tries.size(), 2U);
    EXPECT_EQ(log[0].tries[0].outcome, "retry_message");
    EXPECT_EQ(log[0].tries[0].code, 451);
    EXPECT_EQ(log[0].tries[1].outcome, "fail_recipient");
    EXPECT_EQ(log[0].tries[1].reply, "5.1.1 no such user");
    EXPECT_TRUE(reaches(put(mail("Again")), "SUPPRESSED"));
    EXPECT_EQ(transport.count(), 2U);
}

TEST_P(DeliveryRowsTest, WhatIsUrgentIsQueuedBeforeABacklog) {
    const auto news = put(mail("News", Priority::bulk()));
    const auto first = put(mail("First"));
    const auto second = put(mail("Second"));
    const auto code = put(mail("Code", Priority::urgent()));
    auto age = [&](sql::Session& session) {
        session.execute("UPDATE outbox SET created_at = created_at - 1000 WHERE id = $1", first);
        session.execute("UPDATE outbox SET created_at = created_at - 9000 WHERE id = $1", news);
    };
    run(db().write(std::move(age)));
    const auto found = [&](std::int64_t limit) {
        auto look = [limit](sql::Session& session) { return find_pending(session, limit); };
        std::vector<std::string> ids;
        for (const auto& one : run(db().read(std::move(look))).mails) {
            ids.push_back(one.id);
        }
        return ids;
    };
    EXPECT_EQ(found(1), std::vector<std::string>{code});
    EXPECT_EQ(found(10), (std::vector<std::string>{code, first, second, news}));
}

TEST_P(DeliveryRowsTest, WhatIsSentAgainByHandBeginsAnew) {
    auto one = mail("Code");
    one.valid_for = std::chrono::seconds(600);
    const auto id = put(one);
    const auto later = clock.now() + std::chrono::hours(1);
    ASSERT_TRUE(std::make_shared<DeliveryTicket>(db(), clock, begin(id))->mark());
    EXPECT_EQ(begin_at(id, later).verdict, TryStart::Verdict::withdrawn);
    EXPECT_EQ(row_text(id, "status"), "IN_DOUBT");
    ASSERT_TRUE(send_again(id));
    EXPECT_FALSE(send_again(id)) << "it waits";
    const auto next = begin_at(id, later);
    EXPECT_EQ(next.verdict, TryStart::Verdict::send);
    EXPECT_FALSE(next.mail_try.is_suspect);
    auto make_foreign = [&](sql::Session& session) {
        session.execute("UPDATE outbox SET kind = 'foreign', status = 'FAILED' WHERE id = $1", id);
    };
    run(db().write(std::move(make_foreign)));
    EXPECT_FALSE(send_again(id)) << "its text is nowhere";
}

TEST_P(DeliveryRowsTest, WhatWasRefusedBeforeItIsSentAgainByHandDoesNotCount) {
    const auto id = put(mail("Hello"));
    record(begin(id), {.kind = Kind::retry_transport, .code = 421});
    const auto last = begin(id);
    EXPECT_EQ(last.throttled, 1);
    record(last, {.kind = Kind::fail_message, .code = 554});
    ASSERT_TRUE(send_again(id));
    const auto next = begin_at(id, clock.now() + std::chrono::hours(1)).mail_try;
    EXPECT_EQ(next.throttled, 0);
    EXPECT_FALSE(next.refused_since);
}

TEST_P(DeliveryRowsTest, AWorkerThatLostItsJobCannotSendItsMailAnyMore) {
    const auto id = put(mail("Hello"));
    const auto first = begin(id);
    const auto second = begin(id);
    EXPECT_EQ(second.number, first.number + 1);
    const auto old_ticket = std::make_shared<DeliveryTicket>(db(), clock, first);
    const auto new_ticket = std::make_shared<DeliveryTicket>(db(), clock, second);
    EXPECT_FALSE(old_ticket->mark());
    EXPECT_TRUE(new_ticket->mark());
    new_ticket->record({.kind = Kind::delivered, .code = 250});
    EXPECT_EQ(run(new_ticket->recorded()), DeliveryTicket::Recorded::first);
    // Had it been past its dot before, its yes is a second copy, and the row stays SENT.
    old_ticket->record({.kind = Kind::delivered, .code = 250});
    EXPECT_EQ(run(old_ticket->recorded()), DeliveryTicket::Recorded::second);
    EXPECT_EQ(row_text(id, "status"), "SENT");
}

TEST_P(DeliveryRowsTest, ARefusalOfAWorkerThatLostItsJobDoesNotEndTheMail) {
    const auto id = put(mail("Hello"));
    const auto first = begin(id);
    const auto second = begin(id);
    record(first, {.kind = Kind::fail_message, .code = 554, .reply = "5.7.1 spam"});
    EXPECT_EQ(row_text(id, "status"), "QUEUED");
    EXPECT_EQ(row_text(id, "last_error"), "");
    record(second, {.kind = Kind::delivered, .code = 250});
    EXPECT_EQ(row_text(id, "status"), "SENT");
}

TEST_P(DeliveryRowsTest, FindsAMarkWithoutAnEndAndSaysSo) {
    for (const auto& [priority, verdict] :
         {std::pair{Priority::normal(), TryStart::Verdict::send},
          std::pair{Priority::bulk(), TryStart::Verdict::in_doubt}}) {
        const auto id = put(mail("Hello", priority));
        ASSERT_TRUE(std::make_shared<DeliveryTicket>(db(), clock, begin(id))->mark());
        const auto next = begin_at(id, clock.now());
        EXPECT_EQ(next.verdict, verdict);
        EXPECT_TRUE(next.mail_try.is_suspect);
    }
}

TEST_P(DeliveryRowsTest, ANewsletterInDoubtStaysSoWhereverItsJobComesBackFrom) {
    const auto id = put(mail("News", Priority::bulk()));
    ASSERT_TRUE(std::make_shared<DeliveryTicket>(db(), clock, begin(id))->mark());
    // Redis lost the job: the relay takes the mail again, and a worker is faster than its mark.
    auto lose = [](sql::Session& session) { return make_pending(session, 10); };
    run(db().write(std::move(lose)));
    EXPECT_EQ(row_text(id, "status"), "PENDING");
    EXPECT_EQ(begin_at(id, clock.now()).verdict, TryStart::Verdict::in_doubt);
    EXPECT_EQ(row_text(id, "status"), "IN_DOUBT");
    // A master that dies before the end of the job is replicated gives the job again.
    EXPECT_EQ(begin_at(id, clock.now()).verdict, TryStart::Verdict::in_doubt);
    EXPECT_EQ(row_text(id, "status"), "IN_DOUBT");
    ASSERT_TRUE(send_again(id));
    EXPECT_EQ(begin_at(id, clock.now()).verdict, TryStart::Verdict::send);
}

TEST_P(DeliveryRowsTest, DeferredCodesCountAsWaitingOnceThereAreFive) {
    std::vector<std::string> codes;
    for (int i = 0; i < 5; ++i) {
        codes.push_back(put(mail("Code", Priority::urgent())));
    }
    const auto now = clock.now();
    const auto set = [&](std::size_t i, const char* status) {
        auto note = [&](sql::Session& session) {
            session.execute("UPDATE outbox SET status = $2, created_at = $3 WHERE id = $1",
                            codes[i], std::string(status),
                            now - std::chrono::seconds(100 - 10 * i));
        };
        run(db().write(std::move(note)));
    };
    const auto oldest = [&] { return run(db().read(oldest_urgent)); };
    for (std::size_t i = 0; i < 4; ++i) {
        set(i, "DEFERRED");
    }
    set(4, "SENT");
    EXPECT_EQ(oldest(), std::nullopt);
    set(4, "DEFERRED");
    EXPECT_EQ(oldest(), now - std::chrono::seconds(60));
    set(0, "QUEUED");
    EXPECT_EQ(oldest(), now - std::chrono::seconds(100)) << "which waits for us";
}

TEST_P(DeliveryRowsTest, SealedMailsAreLookedAtWhereverTheyWait) {
    for (const auto* status : {"PENDING", "QUEUED", "DEFERRED"}) {
        const auto id = put(mail("Code", Priority::urgent()));
        auto note = [&](sql::Session& session) {
            session.execute("UPDATE outbox SET status = $2, sealed = 1 WHERE id = $1", id,
                            std::string(status));
        };
        run(db().write(std::move(note)));
    }
    auto look = [](sql::Session& session) { return find_sealed(session, 10).size(); };
    EXPECT_EQ(run(db().read(std::move(look))), 3U);
}

TEST_P(DeliveryRowsTest, OutagesDoNotCountAsThrottling) {
    const auto id = put(mail("Hello"));
    for (const auto& [code, throttled] : {std::pair{0, 0}, {421, 0}, {0, 1}, {454, 1}, {0, 2}}) {
        const auto one = begin(id);
        EXPECT_EQ(one.throttled, throttled);
        record(one, {.kind = Kind::retry_transport, .code = code});
    }
}

TEST_P(DeliveryRowsTest, PrunesSentMailsAndTriesAndKeepsWhatIsStillNeeded) {
    transport.answer_with({{.kind = Kind::fail_message, .code = 554, .reply = "5.7.1 spam"}});
    start();
    const auto failed = put(mail("refused"));
    ASSERT_TRUE(reaches(failed, "FAILED"));
    const auto sent = put(mail("sent"));
    ASSERT_TRUE(reaches(sent, "SENT"));
    const auto recipient = put(mail("of a newsletter"));
    ASSERT_TRUE(reaches(recipient, "SENT"));
    const Letter letter{.id = "letter",
                        .kind = "newsletter",
                        .subject = "News",
                        .html = "<p>News</p>",
                        .list = "l"};
    auto belong = [&](sql::Session& session) {
        put_letter(session, letter);
        session.execute("UPDATE outbox SET letter_id = 'letter' WHERE id = $1", recipient);
    };
    run(db().write(std::move(belong)));

    EXPECT_EQ(run(pipeline->prune(clock.now() - std::chrono::hours(1))), 0);
    EXPECT_EQ(run(pipeline->prune(clock.now() + std::chrono::hours(1))), 4)
        << "three tries, a mail";
    EXPECT_EQ(count_with("SENT"), 1);
    EXPECT_EQ(row_text(recipient, "status"), "SENT");
    EXPECT_EQ(row_text(failed, "status"), "FAILED");
    auto look = [](sql::Session& session) {
        return find_log(session, {.canonical = "ann@college.example"}, 10);
    };
    for (const auto& one : run(db().read(look))) {
        EXPECT_TRUE(one.tries.empty());
    }
}

}  // namespace
}  // namespace tripos::notices
