// SPDX-License-Identifier: MIT
#include "notices/mail_job.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace tripos::notices {
namespace {

using Kind = mail::Delivery::Kind;

queue::Job job_with(std::string data, std::string name = "send-email") {
    return {.id = "1", .name = std::move(name), .data = std::move(data)};
}

PendingMail pending() {
    return {.id = "018f0000-0000-7000-8000-000000000001",
            .to = "ann@example.org",
            .subject = "Hello",
            .body = "<p>Hi</p>",
            .priority = 10,
            .created_at = from_millis(1'767'603'600'000)};
}

TEST(MailJob, TurnsThePriorityRound) {
    auto mail = pending();
    EXPECT_EQ(make_mail_job(mail, {}).options.priority, 1);
    mail.priority = 5;
    EXPECT_EQ(make_mail_job(mail, {}).options.priority, 6);
    mail.priority = 1;
    EXPECT_EQ(make_mail_job(mail, {}).options.priority, 10);
}

TEST(MailJob, CarriesWhatANodeWorkerExpects) {
    const auto job = make_mail_job(pending(), {});
    EXPECT_EQ(job.name, "send-email");
    EXPECT_EQ(job.options.job_id, pending().id);
    EXPECT_EQ(job.options.attempts, 3);
    EXPECT_EQ(job.options.backoff->type, "exponential");
    EXPECT_EQ(job.options.backoff->delay, std::chrono::seconds(2));
    EXPECT_EQ(boost::json::parse(job.data),
              boost::json::parse(R"({"to":"ann@example.org","subject":"Hello","html":"<p>Hi</p>",
                                     "timestamp":"2026-01-05T09:00:00.000Z"})"));
}

TEST(MailJob, CarriesASealedBodyInPlaceOfTheHtml) {
    auto mail = pending();
    mail.sealed = true;
    const auto data = boost::json::parse(make_mail_job(mail, {}).data).as_object();
    EXPECT_TRUE(data.contains("sealed"));
    EXPECT_FALSE(data.contains("html"));
}

TEST(MailJob, OnlyAFreshVerificationMailMakesAnEarlierOneDo) {
    auto mail = pending();
    mail.kind = "verification";
    mail.user_id = "u";
    const auto now = mail.created_at;
    EXPECT_EQ(deduplication_of(mail, now)->id, "verification:u");
    EXPECT_FALSE(deduplication_of(mail, now + std::chrono::hours(2)));
    mail.kind = "password_otp";
    EXPECT_FALSE(deduplication_of(mail, now));
}

TEST(MailJob, IsReadBack) {
    const auto data = read_mail_job(job_with(make_mail_job(pending(), {}).data));
    ASSERT_TRUE(data);
    EXPECT_EQ(data->to.text, "ann@example.org");
    EXPECT_EQ(data->subject, "Hello");
    EXPECT_EQ(data->body, "<p>Hi</p>");
    EXPECT_FALSE(data->sealed);
}

TEST(MailJob, NamesWhatIsWrongWithForeignData) {
    for (const char* data :
         {"", "{", "[]", "null", "{}", R"({"to":"ann@example.org"})",
          R"({"to":"ann@example.org","subject":"s"})",
          R"({"to":"ann@example.org","subject":1,"html":"h"})",
          R"({"to":"nobody","subject":"s","html":"h"})",
          R"({"to":"ann@example.org\r\nBcc: x@example.org","subject":"s","html":"h"})",
          R"({"to":"ann@example.org","subject":"s\r\nBcc: x@example.org","html":"h"})"}) {
        const auto read = read_mail_job(job_with(data));
        ASSERT_FALSE(read) << data;
        EXPECT_FALSE(read.error().message.empty());
    }
    EXPECT_FALSE(read_mail_job(job_with(make_mail_job(pending(), {}).data, "other")));
}

TEST(MailJob, KeepsItsIdOnEveryTry) {
    queue::Job job = job_with("{}");
    job.id = pending().id;
    EXPECT_EQ(mail_id_of(job), pending().id);
    job.id = "17";
    job.timestamp = from_millis(1);
    const auto first = mail_id_of(job);
    EXPECT_EQ(first, mail_id_of(job));
    job.timestamp = from_millis(2);
    EXPECT_NE(first, mail_id_of(job));
}

TEST(MailJob, ForeignPrioritiesMeanWhatBullMqMeans) {
    queue::Job job;
    for (const auto& [theirs, ours] :
         {std::pair<int, int>{1, 10}, {6, 5}, {10, 1}, {2'000, 1}, {0, 5}}) {
        job.priority = theirs;
        EXPECT_EQ(priority_of(job), ours) << theirs;
    }
}

TEST(MailOutcome, CompletesWithTheMessageId) {
    const auto outcome = outcome_of({.kind = Kind::delivered}, {.message_id = "id@example.org"});
    EXPECT_EQ(boost::json::parse(std::get<queue::Completed>(outcome).return_value),
              boost::json::parse(R"({"success":true,"messageId":"id@example.org"})"));
}

TEST(MailOutcome, ConsumesAnAttemptOnlyForTheMessagesOwnFailure) {
    const auto retry = outcome_of({.kind = Kind::retry_message, .code = 451, .reply = "later"}, {});
    EXPECT_EQ(std::get<queue::Retry>(retry).reason, "451 later");
    for (const auto kind : {Kind::fail_recipient, Kind::fail_message}) {
        const auto failed = outcome_of({.kind = kind, .code = 550, .reply = "no such user"}, {});
        EXPECT_EQ(std::get<queue::FailPermanently>(failed).reason, "550 no such user");
    }
    const auto away =
        outcome_of({.kind = Kind::retry_transport, .pause = std::chrono::seconds(7)}, {});
    EXPECT_EQ(std::get<queue::SlowDown>(away).pause, std::chrono::seconds(7));
    const auto wrong = outcome_of({.kind = Kind::fail_configuration, .code = 535}, {});
    EXPECT_EQ(std::get<queue::SlowDown>(wrong).pause, std::chrono::seconds(30));
    EXPECT_TRUE(std::holds_alternative<queue::SlowDown>(outcome_of({.kind = Kind::withheld}, {})));
}

TEST(MailOutcome, AMessageWhoseAttemptsAreUsedUpIsDeferredWithoutUsingAnother) {
    const auto now = from_millis(1'000'000);
    const TryContext last{.deferral = std::chrono::minutes(5), .now = now};
    const auto outcome = outcome_of({.kind = Kind::retry_message, .code = 450}, last);
    EXPECT_EQ(std::get<queue::MoveToDelayed>(outcome).until - now, std::chrono::minutes(5));
    const mail::Delivery asks{
        .kind = Kind::retry_message, .code = 450, .pause = std::chrono::minutes(9)};
    EXPECT_EQ(std::get<queue::MoveToDelayed>(outcome_of(asks, last)).until - now,
              std::chrono::minutes(9));
    const auto refused = outcome_of({.kind = Kind::fail_message, .code = 550}, last);
    EXPECT_TRUE(std::holds_alternative<queue::FailPermanently>(refused));
}

TEST(MailOutcome, AnOvertakenMessageComesBackInASecondAndHoldsUpNobody) {
    const auto now = from_millis(1'000'000);
    const auto outcome = outcome_of({.kind = Kind::overtaken}, {.now = now});
    EXPECT_EQ(std::get<queue::MoveToDelayed>(outcome).until - now, std::chrono::seconds(1));
}

TEST(MailOutcome, AThrottledMessageComesBackLaterWithoutHoldingUpOthers) {
    const auto now = from_millis(1'000'000);
    const auto wait = [now](int tries, mail::Urgency urgency) {
        const auto outcome = outcome_of({.kind = Kind::retry_transport, .code = 421},
                                        {.urgency = urgency, .throttled = tries - 1, .now = now});
        return std::get<queue::MoveToDelayed>(outcome).until - now;
    };
    EXPECT_EQ(wait(1, mail::Urgency::notice), std::chrono::seconds(1));
    EXPECT_EQ(wait(4, mail::Urgency::notice), std::chrono::seconds(8));
    EXPECT_EQ(wait(49, mail::Urgency::notice), std::chrono::seconds(60));
    EXPECT_EQ(wait(49, mail::Urgency::security), std::chrono::seconds(4));
    const auto at_last =
        outcome_of({.kind = Kind::retry_transport, .code = 421}, {.throttled = 49});
    EXPECT_TRUE(std::holds_alternative<queue::Retry>(at_last));
    const auto deferred =
        outcome_of({.kind = Kind::retry_transport, .code = 421},
                   {.throttled = 49, .deferral = std::chrono::minutes(7), .now = now});
    EXPECT_EQ(std::get<queue::MoveToDelayed>(deferred).until - now, std::chrono::minutes(7));
}

TEST(MailOutcome, OnlyNewslettersStayInDoubt) {
    const mail::Delivery doubt{.kind = Kind::in_doubt, .reply = "at final dot: reset"};
    for (const auto urgency : {mail::Urgency::security, mail::Urgency::notice}) {
        const auto outcome = outcome_of(doubt, {.urgency = urgency});
        EXPECT_EQ(std::get<queue::Retry>(outcome).reason, "in doubt, at final dot: reset");
    }
    const auto bulk = outcome_of(doubt, {.urgency = mail::Urgency::bulk});
    EXPECT_TRUE(std::holds_alternative<queue::FailPermanently>(bulk));
}

TEST(MailSender, ReadsNameAndAddress) {
    const auto sender = parse_sender("Exam Cell <exams@college.example>");
    ASSERT_TRUE(sender);
    EXPECT_EQ(sender->name, "Exam Cell");
    EXPECT_EQ(sender->address.text, "exams@college.example");
    EXPECT_EQ(sender->domain, "college.example");
    EXPECT_EQ(parse_sender("exams@college.example")->name, "");
    EXPECT_EQ(parse_sender("Tripos <no-reply@tripos.localhost>")->domain, "tripos.localhost");
}

TEST(MailSender, RefusesWhatIsNoAddress) {
    for (const char* from :
         {"", "Exam Cell", "Exam Cell <exams>", "Exam Cell <exams@college.example",
          "A\r\nB <exams@college.example>"}) {
        EXPECT_FALSE(parse_sender(from)) << from;
    }
}

}  // namespace
}  // namespace tripos::notices
