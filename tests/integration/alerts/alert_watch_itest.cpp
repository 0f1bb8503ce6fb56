// SPDX-License-Identifier: MIT
// AlertWatch with real SQL, a webhook and a relay of ours: what it tells, when, and that a restart
// repeats nothing.

#include "alerts/alert_watch.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <future>

#include "alerts/alert_store.hpp"
#include "mail/webhook_signature.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/gate.hpp"
#include "support/smtp_server.hpp"
#include "support/start_stop.hpp"
#include "support/test_database.hpp"
#include "web_sink.hpp"

namespace tripos::alerts::test {
namespace {

using namespace std::chrono_literals;
using tripos::test::both_engines;
using tripos::test::engine_name;

const Secret kSecret("a secret of at least 24 bytes");

class AlertWatchTest : public tripos::test::OnBothEngines {
  protected:
    void SetUp() override {
        test_database().migrate(alert_store::migrations());
        options.messenger.webhook_url = Secret(sink.url("/hook?token=hidden"));
        options.messenger.webhook_secret = kSecret;
        options.messenger.from = *mail::parse_address("exams@example.org");
        options.site = "https://exams.example.org";
        options.data_dir = "/";
        options.interval = 1ms;
    }
    void TearDown() override { end(); }

    void begin() {
        watch = std::make_unique<AlertWatch>(
            AlertWatchParts{db(), clock, random, metrics}, [] {}, options);
        watch->start();
        settle();
    }
    void end() {
        if (watch) {
            run(watch->stop());
            watch.reset();
        }
    }
    /// Until the watch has looked at what is so now.
    void settle() {
        while (watch->state().at != clock.now()) {
            std::this_thread::sleep_for(1ms);
        }
    }
    void pass(std::chrono::seconds time) {
        for (auto left = time; left > 0s; left -= kEvaluationInterval) {
            clock.advance(kEvaluationInterval);
            settle();
        }
    }
    void pause(bool paused) {
        metrics.gauge("tripos_queue_paused", "", {{"queue", "email"}}).set(paused ? 1 : 0);
    }
    void silence(const std::string& rule) {
        auto add = [&](sql::Session& session) {
            alert_store::add_silence(session, {.id = "1",
                                               .rule = rule,
                                               .until = clock.now() + 8h,
                                               .why = "",
                                               .created_at = clock.now()});
        };
        run(db().write(std::move(add)));
    }

    WebSink sink;
    tripos::test::FakeClock clock;
    tripos::test::SeededRandom random;
    Metrics metrics;
    AlertWatchOptions options;
    std::unique_ptr<AlertWatch> watch;
};

TEST_P(AlertWatchTest, PostsWhatFiresAndItsEndSignedAsAlertmanagerWrites) {
    begin();
    pause(true);
    pass(15min);
    EXPECT_TRUE(sink.requests().empty());
    pass(1min);
    ASSERT_EQ(sink.requests().size(), 1U);
    const auto request = sink.requests()[0];
    const auto body = boost::json::parse(request.body).as_object();
    EXPECT_EQ(request.target, "POST /hook?token=hidden");
    EXPECT_EQ(body.at("version"), "4");
    EXPECT_EQ(body.at("status"), "firing");
    const auto& alert = body.at("alerts").as_array().at(0).as_object();
    EXPECT_EQ(alert.at("labels").at("alertname"), "QueuePaused");
    EXPECT_EQ(alert.at("labels").at("queue"), "email");
    EXPECT_EQ(alert.at("labels").at("severity"), "ticket");
    EXPECT_EQ(alert.at("annotations").at("runbook_url"), "docs/alerts.md#queuepaused");
    EXPECT_NE(body.at("text").as_string().find("tripos queue resume"), std::string::npos);
    EXPECT_TRUE(mail::verify_webhook({.id = request.header("webhook-id"),
                                      .timestamp = request.header("webhook-timestamp"),
                                      .signature = request.header("webhook-signature")},
                                     request.body, kSecret, clock.now()));
    pause(false);
    pass(10min);
    ASSERT_EQ(sink.requests().size(), 2U);
    EXPECT_EQ(boost::json::parse(sink.requests()[1].body).at("status"), "resolved");
}

TEST_P(AlertWatchTest, ARestartRepeatsNothingAndKnowsTheEnd) {
    begin();
    pause(true);
    pass(16min);
    ASSERT_EQ(sink.requests().size(), 1U);
    end();
    begin();
    pass(20min);
    EXPECT_EQ(sink.requests().size(), 1U);
    end();
    pause(false);
    begin();
    pass(10min);
    ASSERT_EQ(sink.requests().size(), 2U);
    EXPECT_EQ(boost::json::parse(sink.requests()[1].body).at("status"), "resolved");
}

TEST_P(AlertWatchTest, OfTwoProcessesOneTells) {
    begin();
    AlertWatch other(
        {db(), clock, random, metrics}, [] {}, options);
    other.start();
    pause(true);
    for (int i = 0; i < 70; ++i) {
        pass(15s);
        while (other.state().at != clock.now()) {
            std::this_thread::sleep_for(1ms);
        }
    }
    EXPECT_EQ(sink.requests().size(), 1U);
    run(other.stop());
}

TEST_P(AlertWatchTest, TellsWithoutSql) {
    begin();
    db().close();
    pause(true);
    pass(16min);
    EXPECT_EQ(sink.requests().size(), 1U);
    pass(1h);
    EXPECT_EQ(sink.requests().size(), 1U);
}

TEST_P(AlertWatchTest, TellsWhileTheWriterLaneHangsAndOnceAltogether) {
    begin();
    tripos::test::Gate lane;
    std::promise<void> goes_on;
    db().post_write([&lane](sql::Session&) { lane.hold(); },
                    [&goes_on](const std::exception_ptr&) { goes_on.set_value(); });
    lane.await_entered();
    pause(true);
    pass(16min);
    EXPECT_EQ(sink.requests().size(), 1U);
    lane.open();
    goes_on.get_future().wait();
    pass(1h);
    EXPECT_EQ(sink.requests().size(), 1U);
    end();
    begin();
    pass(20min);
    EXPECT_EQ(sink.requests().size(), 1U) << "it was noted in the end";
}

TEST_P(AlertWatchTest, MailsByItsOwnConnectionWhereTheWebhookFails) {
    tripos::test::SmtpServer relay;
    sink.answer_with(500);
    options.messenger.to = *mail::parse_address("admin@example.org");
    options.messenger.smtp_url = Secret(relay.url());
    begin();
    pause(true);
    pass(16min);
    const auto mails = relay.wait_for(1, 10);
    ASSERT_EQ(mails.size(), 1U);
    pass(1h);
    EXPECT_EQ(relay.messages().size(), 1U);  // the mail went, and so it was told
    EXPECT_EQ(
        metrics
            .counter("tripos_alerts_messages_total", "", {{"way", "webhook"}, {"result", "failed"}})
            .value(),
        1);
}

TEST_P(AlertWatchTest, TriesAgainUntilOneWayTakesIt) {
    sink.answer_with(503);
    begin();
    pause(true);
    pass(17min);
    const auto tries = sink.requests().size();
    EXPECT_GT(tries, 1U);
    sink.answer_with(204);
    pass(15s);
    EXPECT_EQ(sink.requests().size(), tries + 1);
    pass(1h);
    EXPECT_EQ(sink.requests().size(), tries + 1);
}

TEST_P(AlertWatchTest, ASilenceIsHeardAndPagesInAnExamAreToldAllTheSame) {
    silence("QueuePaused");
    begin();
    pause(true);
    pass(17min);
    EXPECT_TRUE(sink.requests().empty());
    metrics.gauge("tripos_exams_running_attempts", "").set(3);
    pass(1min);
    EXPECT_TRUE(sink.requests().empty());  // it is a ticket
}

TEST_P(AlertWatchTest, BeatsEachMinuteWhileMessagesGetThrough) {
    WebSink heart;
    options.messenger.heartbeat_url = Secret(heart.url("/beat"));
    begin();
    pass(10min);
    EXPECT_EQ(heart.requests().size(), 11U);
    EXPECT_EQ(heart.requests()[0].target, "GET /beat");
    sink.answer_with(500);
    pause(true);
    pass(17min);
    const auto until_then = heart.requests().size();
    pass(5min);
    EXPECT_EQ(heart.requests().size(), until_then);
}

TEST_P(AlertWatchTest, GoesOnWhenTheClockIsSetBack) {
    begin();
    pause(true);
    pass(5min);
    clock.set(clock.now() - 3h);
    settle();
    pass(17min);
    EXPECT_EQ(sink.requests().size(), 1U);
}

TEST_P(AlertWatchTest, AWebhookThatHangsDoesNotHoldUpTheStop) {
    sink.hang();
    begin();
    pause(true);
    for (int i = 0; i < 64; ++i) {
        clock.advance(kEvaluationInterval);
        std::this_thread::sleep_for(10ms);
    }
    const auto before = std::chrono::steady_clock::now();
    end();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 4s);
}

TEST_P(AlertWatchTest, CanBeStoppedAtAnyMoment) {
    tripos::test::stress_start_stop([this] {
        auto object = std::make_shared<AlertWatch>(
            AlertWatchParts{db(), clock, random, metrics}, [] {}, options);
        return tripos::test::StartStopSubject{.start = [object] { object->start(); },
                                              .stop = [this, object] { run(object->stop()); },
                                              .object = object};
    });
}

TEST_P(AlertWatchTest, ATestReachesTheWebhook) {
    begin();
    EXPECT_TRUE(run(watch->test()));
    ASSERT_EQ(sink.requests().size(), 1U);
    sink.answer_with(404);
    EXPECT_FALSE(run(watch->test()));
}

INSTANTIATE_TEST_SUITE_P(Engines, AlertWatchTest, both_engines(), engine_name);

}  // namespace
}  // namespace tripos::alerts::test
