// SPDX-License-Identifier: MIT
// Newsletters from the draft to the transport, on both engines and a real Redis.

#include <gmock/gmock.h>

#include "core/text.hpp"
#include "mail/suppressions.hpp"
#include "newsletter_site.hpp"
#include "newsletters/mailing_lists.hpp"
#include "notices/unsubscribe_links.hpp"

namespace tripos::newsletters {
namespace {

using Status = NewsletterStatus;
using testing::HasSubstr;

class NewsletterTest : public NewsletterSite {
  protected:
    void suppress(const std::string& address, mail::SuppressionReason reason,
                  const std::string& list = {}) {
        auto work = [&](sql::Session& session) {
            mail::suppress(session, {.address = address,
                                     .reason = reason,
                                     .list = list,
                                     .detail = "test",
                                     .created_at = clock.now()});
        };
        run(db().write(std::move(work)));
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, NewsletterTest, test::both_engines(), test::engine_name);

TEST_P(NewsletterTest, ReachesEveryRecipientOnceAndCountsExactly) {
    add_users(700);
    start();
    const auto id = draft();
    EXPECT_EQ(show(id).newsletter.status, Status::draft);
    EXPECT_EQ(transport.count(), 0U);
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(reaches(id, Status::done));
    const auto progress = show(id).progress;
    EXPECT_EQ(progress.total, 700);
    EXPECT_EQ(progress.sent, 700);
    expect_one_copy_each(700);
    EXPECT_TRUE(show(id).newsletter.finished_at);
}

TEST_P(NewsletterTest, IsWrittenOnceHoweverOftenItsOrderIsSent) {
    add_users(1);
    NewNewsletter news{.audience = {},
                       .model = {.subject = "News", .body = "Hello"},
                       .created_by = "admin",
                       .id = "018f3c1e-0000-8000-8000-00000000000a"};
    for (int i = 0; i < 3; ++i) {
        const auto written = run(service.create(news));
        ASSERT_TRUE(written);
        EXPECT_EQ(written->newsletter.id, news.id);
        news.model.subject = "Another";
        EXPECT_EQ(show(news.id).newsletter.subject, "News");
    }
    EXPECT_EQ(count("SELECT COUNT(*) FROM newsletters"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM letters"), 1);
}

TEST_P(NewsletterTest, EveryCopyCarriesItsOwnWayToLeave) {
    add_users(2);
    start();
    ASSERT_TRUE(resume(draft()));
    ASSERT_TRUE(transport.wait_for(2));
    const auto sent = transport.messages();
    ASSERT_TRUE(sent[0].list && sent[1].list);
    EXPECT_EQ(sent[0].list->id, "newsletter.tripos.localhost");
    EXPECT_NE(sent[0].list->unsubscribe, sent[1].list->unsubscribe);
    EXPECT_THAT(sent[0].html, HasSubstr(sent[0].list->unsubscribe));
    const notices::UnsubscribeLinks links(Secret("a secret"), "");
    const auto token = sent[0].list->unsubscribe.substr(sent[0].list->unsubscribe.rfind('/') + 1);
    const auto mail_id = links.mail_of(token);
    ASSERT_TRUE(mail_id);
    auto look = [&](sql::Session& session) {
        return notices::find_subscription(session, *mail_id);
    };
    const auto subscription = run(db().read(std::move(look)));
    ASSERT_TRUE(subscription);
    EXPECT_EQ(subscription->address, sent[0].to.canonical);
    EXPECT_EQ(subscription->list, "newsletter");
}

// Acceptance test 10 of the mail subsystem.
TEST_P(NewsletterTest, IsSentOnceThroughTwentyPausesAndResumes) {
    add_users(400);
    start();
    const auto id = draft();
    for (int round = 0; round < 20; ++round) {
        ASSERT_TRUE(resume(id));
        const auto wanted = transport.count() + 5;
        ASSERT_TRUE(eventually([&] {
            return transport.count() >= wanted || show(id).newsletter.status == Status::done;
        }));
        if (show(id).newsletter.status == Status::done) {
            break;
        }
        if (!run(service.pause(id))) {
            break;  // it was done in the meantime
        }
    }
    resume(id);
    ASSERT_TRUE(reaches(id, Status::done));
    expect_one_copy_each(400);
    EXPECT_EQ(show(id).progress.sent, 400);
}

// The fan-out may find all mails sent in the moment of a pause.
TEST_P(NewsletterTest, PausedAfterItsLastMailIsDoneOnceResumed) {
    add_users(1);
    start();
    const auto id = draft();
    transport.shut(true);
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(transport.wait_for(1));
    ASSERT_TRUE(run(service.pause(id)));
    transport.shut(false);
    ASSERT_TRUE(eventually([&] { return show(id).progress.sent == 1; }));
    auto look_again = [&](sql::Session& session) { settle(session, id, clock.now()); };
    run(db().write(std::move(look_again)));
    EXPECT_EQ(show(id).newsletter.status, Status::paused);
    ASSERT_TRUE(resume(id));
    EXPECT_TRUE(reaches(id, Status::done));
}

TEST_P(NewsletterTest, BeginsNothingMoreFromThePauseOn) {
    add_users(300);
    start();
    transport.shut(true);
    const auto id = draft();
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(transport.wait_for(64));  // every slot holds one
    ASSERT_TRUE(eventually([&] { return show(id).newsletter.all_found; }));
    ASSERT_TRUE(run(service.pause(id)));
    transport.shut(false);
    ASSERT_TRUE(eventually([&] { return show(id).progress.queued == 0; }));
    EXPECT_EQ(transport.count(), 64U);
    const auto progress = show(id).progress;
    EXPECT_EQ(progress.sent, 64);
    EXPECT_EQ(progress.planned, 300 - 64);
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(reaches(id, Status::done));
    expect_one_copy_each(300);
}

TEST_P(NewsletterTest, SendsNothingMoreOnceCancelled) {
    add_users(300);
    start();
    transport.shut(true);
    const auto id = draft();
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(transport.wait_for(64));
    ASSERT_TRUE(run(service.cancel(id)));
    transport.shut(false);
    ASSERT_TRUE(eventually([&] { return show(id).progress.is_settled(); }));
    EXPECT_EQ(show(id).progress.sent, 64);
    EXPECT_EQ(show(id).progress.cancelled, show(id).progress.total - 64);
    EXPECT_FALSE(resume(id));
    EXPECT_EQ(show(id).newsletter.status, Status::cancelled);
    EXPECT_TRUE(run(service.cancel(id))) << "asking twice is no mistake";
}

TEST_P(NewsletterTest, SkipsWhoeverMustNotGetIt) {
    add_users(6);
    suppress("reader0@example.org", mail::SuppressionReason::hard_bounce);
    suppress("reader1@example.org", mail::SuppressionReason::complaint);
    suppress("reader2@example.org", mail::SuppressionReason::unsubscribe, "newsletter");
    suppress("reader3@example.org", mail::SuppressionReason::manual);
    suppress("reader4@example.org", mail::SuppressionReason::unsubscribe, "alumni");
    start();
    const auto id = draft();
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(reaches(id, Status::done));
    EXPECT_EQ(show(id).progress.suppressed, 4);
    EXPECT_EQ(copies(),
              (std::map<std::string, int>{{"reader4@example.org", 1}, {"reader5@example.org", 1}}));
    const auto mails = run(service.recipients({.newsletter_id = id, .status = "SUPPRESSED"}));
    ASSERT_TRUE(mails);
    EXPECT_EQ(mails->size(), 4U);
    EXPECT_THAT(mails->at(0).reason.value_or(""), HasSubstr("suppressed: "));

    // Staff who lift a block bring back nobody who has left.
    auto lift = [](sql::Session& session) {
        mail::unsuppress(session, "reader0@example.org", std::nullopt);
        mail::unsuppress(session, "reader2@example.org", std::nullopt);
    };
    run(db().write(std::move(lift)));
    const auto next = draft();
    ASSERT_TRUE(resume(next));
    ASSERT_TRUE(reaches(next, Status::done));
    EXPECT_EQ(copies()["reader0@example.org"], 1);
    EXPECT_EQ(copies()["reader2@example.org"], 0);
}

TEST_P(NewsletterTest, AsksTheSuppressionListAgainRightBeforeSending) {
    add_users(200);
    start();
    transport.shut(true);
    const auto id = draft();
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(transport.wait_for(64));
    ASSERT_TRUE(eventually([&] { return show(id).progress.queued == 200; }));
    const auto begun = copies();
    std::string late;
    for (int i = 0; i < 200 && late.empty(); ++i) {
        const auto address = "reader" + std::to_string(i) + "@example.org";
        late = begun.contains(address) ? "" : address;
    }
    suppress(late, mail::SuppressionReason::unsubscribe, "newsletter");
    transport.shut(false);
    ASSERT_TRUE(reaches(id, Status::done));
    EXPECT_EQ(show(id).progress.suppressed, 1);
    EXPECT_FALSE(copies().contains(late));
    expect_one_copy_each(199);
}

TEST_P(NewsletterTest, PausesItselfWhenTooManyMailsFail) {
    add_users(2'000);
    std::deque<mail::Delivery> answers;
    for (int i = 0; i < 2'000; ++i) {
        answers.push_back({.kind = i % 4 == 0 ? mail::Delivery::Kind::fail_message
                                              : mail::Delivery::Kind::delivered,
                           .code = 554,
                           .reply = "5.7.1 looks like spam"});
    }
    transport.answer_with(std::move(answers));
    start();
    const auto id = draft();
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(reaches(id, Status::paused));
    EXPECT_EQ(show(id).newsletter.pause_reason, "too many of its mails failed");
    EXPECT_LT(show(id).progress.sent, 1'900);
    EXPECT_EQ(count("SELECT COUNT(*) FROM suppressions"), 0) << "a policy refusal is no bounce";
}

TEST_P(NewsletterTest, AMailboxThatDoesNotExistIsSuppressedFromThenOn) {
    add_users(1);
    transport.answer_with({{.kind = mail::Delivery::Kind::fail_recipient,
                            .code = 550,
                            .reply = "5.1.1 no such user"}});
    start();
    const auto first = draft();
    ASSERT_TRUE(resume(first));
    ASSERT_TRUE(reaches(first, Status::done));
    EXPECT_EQ(show(first).progress.failed, 1);
    const auto second = draft();
    ASSERT_TRUE(resume(second));
    ASSERT_TRUE(reaches(second, Status::done));
    EXPECT_EQ(show(second).progress.suppressed, 1);
    EXPECT_EQ(transport.count(), 1U);
}

TEST_P(NewsletterTest, HoldsNoMoreThanItsWindowInRedis) {
    add_users(1'000);
    auto options = quick();
    options.window = 100;
    options.page = 50;
    start(options);
    const auto id = draft();
    ASSERT_TRUE(resume(id));
    std::int64_t most = 0;
    ASSERT_TRUE(eventually([&] {
        std::int64_t jobs = 0;
        for (const auto& [state, number] : run(pipeline->bulk_queue().counts())) {
            jobs += number;
        }
        most = std::max(most, jobs);
        return show(id).newsletter.status == Status::done;
    }));
    // The window, and jobs that are being finished: their mails count as sent already.
    EXPECT_LE(most, 100 + 64);
    expect_one_copy_each(1'000);
    // Nothing is left behind: a million of them would fill Redis.
    EXPECT_THAT(redis.raw({"KEYS", "bull:email-bulk:*-*-*"}), HasSubstr("*0"));
}

TEST_P(NewsletterTest, GoesToARoleAnExamOrAList) {
    add_users(3);
    add_users(2, "ADMIN");
    const auto exam = new_id(clock.now(), random);
    auto work = [&](sql::Session& session) {
        session.execute(
            "INSERT INTO attempts (exam_id, user_id) SELECT $1, id FROM users WHERE email LIKE "
            "'reader1@%' OR email LIKE 'reader2@%'",
            exam);
        session.execute("UPDATE users SET email_verified = 0 WHERE email LIKE 'reader2@%'");
        const std::vector<mail::Address> alumni{*mail::parse_address("Old@alumni.example"),
                                                *mail::parse_address("reader2@example.org")};
        add_list_members(session, "alumni", alumni, clock.now());
    };
    run(db().write(std::move(work)));
    start();
    const auto reached_by = [&](Audience::Kind kind, const std::string& value) {
        const auto before = transport.count();
        const auto id = draft({.kind = kind, .value = value, .user_ids = {}});
        EXPECT_TRUE(resume(id));
        EXPECT_TRUE(reaches(id, Status::done));
        std::vector<std::string> to;
        const auto messages = transport.messages();
        for (std::size_t i = before; i < messages.size(); ++i) {
            to.push_back(messages[i].to.text);
        }
        std::sort(to.begin(), to.end());
        return to;
    };
    using Addresses = std::vector<std::string>;
    EXPECT_EQ(reached_by(Audience::Kind::role, "ADMIN"),
              (Addresses{"reader3@example.org", "reader4@example.org"}));
    EXPECT_EQ(reached_by(Audience::Kind::exam, exam), (Addresses{"reader1@example.org"}));
    EXPECT_EQ(reached_by(Audience::Kind::list, "alumni"),
              (Addresses{"Old@alumni.example", "reader2@example.org"}));
    EXPECT_EQ(transport.messages().back().list->id, "alumni.tripos.localhost");
    NewNewsletter to_nobody{.audience = {.kind = Audience::Kind::list, .value = "nobody"},
                            .model = {.subject = "News", .body = "Hello"},
                            .created_by = "admin"};
    const auto refused = run(service.create(std::move(to_nobody)));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::not_found);
}

TEST_P(NewsletterTest, ChosenPeopleAreWrittenToOnceUnlessTheirAccountIsDisabled) {
    add_users(4);
    Audience chosen{.kind = Audience::Kind::users, .value = {}, .user_ids = {}};
    auto choose = [&](sql::Session& session) {
        session.execute("UPDATE users SET disabled = 1 WHERE email LIKE 'reader1@%'");
        session.execute("UPDATE users SET email_verified = 0 WHERE email LIKE 'reader2@%'");
        for (const auto* const who : {"reader0@%", "reader1@%", "reader2@%", "reader0@%"}) {
            chosen.user_ids.push_back(
                session.query_one("SELECT id FROM users WHERE email LIKE $1", std::string(who))
                    ->text(0));
        }
    };
    run(db().write(std::move(choose)));
    start();
    const auto id = draft(chosen);
    ASSERT_TRUE(resume(id));
    ASSERT_TRUE(reaches(id, Status::done));
    EXPECT_EQ(copies(),
              (std::map<std::string, int>{{"reader0@example.org", 1}, {"reader2@example.org", 1}}));
}

TEST_P(NewsletterTest, APageOfPeopleWhoCannotBeWrittenToIsNotTheLast) {
    add_users(3);
    auto disable = [](sql::Session& session) {
        session.execute("UPDATE users SET disabled = 1 WHERE id = (SELECT MIN(id) FROM users)");
        return session.query_texts("SELECT id FROM users ORDER BY id");
    };
    const Audience chosen{.kind = Audience::Kind::users,
                          .value = {},
                          .user_ids = run(db().write(std::move(disable)))};
    auto look = [&](sql::Session& session) { return find_members(session, chosen, "", 1); };
    const auto first = run(db().read(std::move(look)));
    EXPECT_TRUE(first.members.empty());
    EXPECT_EQ(first.last_key, chosen.user_ids.front());
}

TEST_P(NewsletterTest, NobodyIsWrittenToBeforeThereIsSomebodyToRead) {
    const auto unknown = new_id(clock.now(), random);
    const auto refused = [&](Audience audience) {
        NewNewsletter news{.audience = std::move(audience),
                           .model = {.subject = "News", .body = "Hello"},
                           .created_by = "admin"};
        const auto created = run(service.create(std::move(news)));
        return created ? std::string() : created.error().message;
    };
    const std::string nobody = "audience matches no account that can receive mail";
    EXPECT_EQ(refused({}), nobody);
    add_users(1);
    EXPECT_EQ(refused({}), "");
    EXPECT_EQ(refused({.kind = Audience::Kind::role, .value = "ADMIN", .user_ids = {}}), nobody);
    EXPECT_EQ(refused({.kind = Audience::Kind::exam, .value = unknown, .user_ids = {}}), nobody);
    EXPECT_EQ(refused({.kind = Audience::Kind::users, .value = {}, .user_ids = {unknown}}), nobody);
    EXPECT_EQ(count("SELECT COUNT(*) FROM newsletters"), 1);
    EXPECT_EQ(count("SELECT COUNT(*) FROM letters"), 1);
}

TEST_P(NewsletterTest, AFewDeferredMailsHoldUpNobodyAndManyDo) {
    add_users(200);
    const auto deferred = [&](int mails) {
        auto work = [&](sql::Session& session) {
            session.execute("DELETE FROM outbox WHERE status = 'DEFERRED'");
            for (int i = 0; i < mails; ++i) {
                session.execute(
                    "INSERT INTO outbox (id, kind, to_address, subject, body, sealed, priority, "
                    "status, created_at, letter_id) SELECT $1, 'newsletter', 'x@x.example', '', "
                    "'', "
                    "0, 1, 'DEFERRED', 0, id FROM letters LIMIT 1",
                    new_id(clock.now(), random));
            }
        };
        run(db().write(std::move(work)));
    };
    auto options = quick();
    options.window = 20;
    const auto id = draft();
    deferred(220);
    ASSERT_TRUE(resume(id));
    start(options);
    ASSERT_TRUE(eventually([&] { return show(id).newsletter.all_found; }));
    EXPECT_EQ(show(id).progress.planned, 200);
    EXPECT_EQ(show(id).progress.deferred, 220);
    deferred(100);
    ASSERT_TRUE(eventually([&] { return show(id).progress.sent == 200; }));
    // Those that are deferred are not done.
    EXPECT_EQ(show(id).newsletter.status, Status::sending);
    ASSERT_TRUE(run(service.cancel(id)));
    ASSERT_TRUE(eventually([&] { return show(id).progress.cancelled == 100; }));
}

TEST_P(NewsletterTest, ATestCopyGoesToOneAddressAndCountsForNothing) {
    add_users(3);
    start();
    const auto id = draft();
    ASSERT_TRUE(run(service.test(id, "boss@example.org")));
    ASSERT_TRUE(transport.wait_for(1));
    const auto copy = transport.messages().front();
    EXPECT_EQ(copy.to.text, "boss@example.org");
    EXPECT_EQ(copy.subject, "[Test] News");
    EXPECT_EQ(show(id).newsletter.status, Status::draft);
    EXPECT_EQ(show(id).progress.total, 0);
    EXPECT_TRUE(show(id).newsletter.tested_at);
    EXPECT_FALSE(run(service.test(new_id(clock.now(), random), "boss@example.org")));
}

}  // namespace
}  // namespace tripos::newsletters
