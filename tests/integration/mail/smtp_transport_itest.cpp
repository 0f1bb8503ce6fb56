// SPDX-License-Identifier: MIT
#include "mail/smtp_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <set>
#include <thread>

#include "core/text.hpp"
#include "support/run.hpp"
#include "support/smtp_server.hpp"
#include "telemetry/log.hpp"

namespace tripos::mail {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using Kind = Delivery::Kind;

Message sample(int number = 1) {
    Message message;
    message.from_name =
        "Tripos \xE2\x80\x93 Pr\xC3\xBC"
        "fungsamt";
    message.from = *parse_address("no-reply@example.org");
    message.to = *parse_address("ada@example.org");
    message.subject =
        "Pr\xC3\xBC"
        "fung \xF0\x9F\x8E\x93 " +
        std::string(200, 'x') + " Ende";
    message.html =
        "<p>Gr\xC3\xBC\xC3\x9F"
        "e, <b>Ada</b></p>\n.\n<p>.</p>";
    message.message_id = std::to_string(number) + "@example.org";
    return message;
}

Metrics& metrics() {
    static Metrics all;
    return all;
}

std::unique_ptr<SmtpTransport> transport_to(const std::string& url, SmtpOptions options = {}) {
    options.url = Secret(url);
    return std::move(*SmtpTransport::create(std::move(options), metrics()));
}

class SmtpTransportTest : public testing::Test {
  protected:
    Delivery send(SmtpTransport& transport, Message message = sample()) {
        return test::run(transport.send(std::move(message), SendParams()));
    }
    /// One message over a fresh connection, under one rule.
    Delivery send_under(std::string_view rules) {
        server_.rules(rules);
        const auto transport = transport_to(server_.url());
        return send(*transport);
    }

    /// Until the relay has met that stage so often; fails the test after 20 s.
    void await_stage(const char* stage, std::int64_t times) {
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        const auto count = [this, stage] {
            const auto stages = server_.command({{"command", "stats"}}).at("stages").as_object();
            return stages.contains(stage) ? stages.at(stage).as_int64() : 0;
        };
        while (count() < times) {
            ASSERT_LT(std::chrono::steady_clock::now(), deadline) << stage;
            std::this_thread::sleep_for(2ms);
        }
    }

    test::SmtpServer server_;
};

TEST_F(SmtpTransportTest, WhatArrivesIsWhatWasWritten) {
    const auto transport = transport_to(server_.url());
    const Delivery delivery = send(*transport);
    EXPECT_EQ(delivery.kind, Kind::delivered) << delivery.reply;
    EXPECT_EQ(delivery.code, 250);
    EXPECT_EQ(delivery.reply, "2.0.0 accepted");

    const auto messages = server_.messages();
    ASSERT_EQ(messages.size(), 1U);
    const auto& message = messages[0].as_object();
    EXPECT_EQ(message.at("from").as_string(), "no-reply@example.org");
    EXPECT_EQ(message.at("to").as_array().at(0).as_string(), "ada@example.org");
    EXPECT_EQ(message.at("subject").as_string(), sample().subject);
    EXPECT_EQ(message.at("html").as_string(),
              "<p>Gr\xC3\xBC\xC3\x9F"
              "e, <b>Ada</b></p>\r\n.\r\n<p>.</p>");
    EXPECT_EQ(message.at("text").as_string(),
              "Gr\xC3\xBC\xC3\x9F"
              "e, Ada\r\n\r\n.\r\n\r\n.\r\n");
    EXPECT_EQ(boost::json::serialize(message.at("types")), R"(["text/plain","text/html"])");
    EXPECT_TRUE(message.at("defects").as_array().empty()) << message.at("defects");
    const std::string headers = boost::json::serialize(message.at("headers"));
    EXPECT_THAT(headers, HasSubstr("Tripos \xE2\x80\x93 Pr\xC3\xBC"
                                   "fungsamt <no-reply@example.org>"));
    EXPECT_THAT(headers, HasSubstr(R"(["Message-ID","<1@example.org>"])"));
    EXPECT_THAT(headers, HasSubstr(R"(["Auto-Submitted","auto-generated"])"));
    EXPECT_EQ(*base64_decode(message.at("raw").as_string()), *to_mime(sample()));
}

TEST_F(SmtpTransportTest, PythonReadsSubjectsOfEveryLength) {
    const auto transport = transport_to(server_.url());
    std::vector<std::string> subjects;
    for (int length = 1; length <= 120; length += 7) {
        std::string subject = "a";
        for (int i = 0; i < length; ++i) {
            subject += i % 3 == 0 ? "\xF0\x9F\x8E\x93" : "\xC3\xBC ";
        }
        subjects.push_back(subject + "z");
        Message message = sample();
        message.subject = message.from_name = subjects.back();
        ASSERT_EQ(send(*transport, message).kind, Kind::delivered);
    }
    const auto messages = server_.messages();
    ASSERT_EQ(messages.size(), subjects.size());
    for (std::size_t i = 0; i < subjects.size(); ++i) {
        EXPECT_EQ(messages[i].at("subject").as_string(), subjects[i]);
        EXPECT_TRUE(messages[i].at("defects").as_array().empty()) << messages[i].at("defects");
    }
}

TEST_F(SmtpTransportTest, AnAddressBeyondAsciiGoesOutWhereTheRelayOffersSmtputf8) {
    const std::string address = "\xE0\xA4\xAA\xE0\xA4\xB0@example.org";
    Message message = sample();
    message.to = *parse_address(address);
    {
        const auto transport = transport_to(server_.url());
        const auto refused = send(*transport, message);
        EXPECT_EQ(refused.kind, Kind::fail_message);
        EXPECT_THAT(refused.reply, HasSubstr("SMTPUTF8"));
        EXPECT_EQ(send(*transport).kind, Kind::delivered);
        const auto stages = server_.command({{"command", "stats"}}).at("stages").as_object();
        EXPECT_EQ(stages.at("RCPT").as_int64(), 1);
    }
    server_.command({{"command", "clear"}});
    server_.command({{"command", "smtputf8"}, {"on", true}});
    const auto transport = transport_to(server_.url());
    EXPECT_EQ(send(*transport, message).kind, Kind::delivered);
    EXPECT_EQ(send(*transport).kind, Kind::delivered);
    const auto messages = server_.messages();
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0].at("to").as_array().at(0).as_string(), address);
    EXPECT_EQ(messages[1].at("to").as_array().at(0).as_string(), "ada@example.org");
    EXPECT_TRUE(messages[0].at("defects").as_array().empty()) << messages[0].at("defects");
    EXPECT_EQ(*base64_decode(messages[0].at("raw").as_string()), *to_mime(message));
}

TEST_F(SmtpTransportTest, OneConnectionCarriesManyMessages) {
    const auto transport = transport_to(server_.url());
    for (int i = 0; i < 20; ++i) {
        ASSERT_EQ(send(*transport, sample(i)).kind, Kind::delivered);
    }
    EXPECT_EQ(server_.messages().size(), 20U);
    EXPECT_EQ(server_.connections(), 1);
}

TEST_F(SmtpTransportTest, AConnectionIsReplacedAfterItsShareOfMessages) {
    const auto transport = transport_to(server_.url(), {.messages_per_connection = 5});
    for (int i = 0; i < 12; ++i) {
        ASSERT_EQ(send(*transport, sample(i)).kind, Kind::delivered);
    }
    EXPECT_EQ(server_.connections(), 3);
}

TEST_F(SmtpTransportTest, ConcurrentSendersShareTheConnections) {
    const auto transport = transport_to(server_.url(), {.connections = 3});
    std::vector<std::future<Delivery>> pending;
    for (int i = 0; i < 60; ++i) {
        pending.push_back(asio::co_spawn(test::context(), transport->send(sample(i), SendParams()),
                                         asio::use_future));
    }
    for (auto& delivery : pending) {
        EXPECT_EQ(delivery.get().kind, Kind::delivered);
    }
    std::set<std::string> ids;
    for (const auto& message : server_.messages()) {
        ids.insert(boost::json::serialize(message.at("headers")));
    }
    EXPECT_EQ(ids.size(), 60U);
    EXPECT_LE(server_.connections(), 3);
}

TEST_F(SmtpTransportTest, TemporaryRefusalsOfTheMessageAreItsOwn) {
    for (const char* stage : {"RCPT", "DATA", "dot"}) {
        const Delivery delivery = send_under(std::string(R"([{"stage":")") + stage +
                                             R"(","reply":"451 4.3.0 try later"}])");
        EXPECT_EQ(delivery.kind, Kind::retry_message) << stage;
        EXPECT_EQ(delivery.code, 451);
        EXPECT_EQ(delivery.reply, "4.3.0 try later");
    }
    EXPECT_TRUE(server_.messages().empty());
}

TEST_F(SmtpTransportTest, PermanentRefusalsEndTheMessage) {
    for (const char* stage : {"RCPT", "DATA", "dot"}) {
        const Delivery delivery = send_under(std::string(R"([{"stage":")") + stage +
                                             R"(","reply":"550 5.1.1 no such user"}])");
        EXPECT_EQ(delivery.kind, Kind::fail_recipient) << stage;
        EXPECT_EQ(delivery.code, 550);
        EXPECT_EQ(delivery.reply, "5.1.1 no such user");
    }
}

TEST_F(SmtpTransportTest, ARefusedRecipientDoesNotHarmTheNext) {
    server_.rules(
        R"([{"stage":"RCPT","reply":"550 5.1.1 no such user","recipient":"ada@example.org"}])");
    const auto transport = transport_to(server_.url());
    EXPECT_EQ(send(*transport).kind, Kind::fail_recipient);
    Message other = sample();
    other.to = *parse_address("grace@example.org");
    EXPECT_EQ(send(*transport, other).kind, Kind::delivered);
}

TEST_F(SmtpTransportTest, WhatTheRelaySaysOfItselfIsNotTheMessagesFault) {
    for (const char* rule :
         {R"([{"stage":"connect","reply":"421 4.3.2 busy"}])",
          R"([{"stage":"connect","reply":"554 5.7.1 not now"}])",
          R"([{"stage":"connect","action":"drop"}])",
          R"([{"stage":"MAIL","reply":"421 4.7.0 too fast"}])",
          R"([{"stage":"MAIL","action":"drop"}])",
          R"([{"stage":"RCPT","reply":"454 Throttling failure"}])",
          R"([{"stage":"RCPT","action":"drop"}])", R"([{"stage":"DATA","action":"drop"}])",
          R"([{"stage":"dot","reply":"421 4.3.0 going down"}])"}) {
        const Delivery delivery = send_under(rule);
        EXPECT_EQ(delivery.kind, Kind::retry_transport) << rule << " " << delivery.reply;
    }
    EXPECT_TRUE(server_.messages().empty());
}

TEST_F(SmtpTransportTest, TheRelaysWishForAPauseIsHonoured) {
    const Delivery delivery =
        send_under(R"([{"stage":"MAIL","reply":"421 4.7.0 try again in 12 seconds"}])");
    EXPECT_EQ(delivery.kind, Kind::retry_transport);
    EXPECT_EQ(delivery.pause, 12s);
}

TEST_F(SmtpTransportTest, ARelayThatIsAwayCostsNoAttemptAndTheMailGoesOutWhenItIsBack) {
    const auto transport = transport_to(server_.url());
    EXPECT_EQ(send(*transport).kind, Kind::delivered);
    server_.listen(false);
    const Delivery delivery = send(*transport);
    EXPECT_EQ(delivery.kind, Kind::retry_transport);
    EXPECT_EQ(delivery.code, 0);
    EXPECT_THAT(delivery.reply, HasSubstr("at connect: "));
    server_.listen(true);
    EXPECT_EQ(send(*transport).kind, Kind::delivered);
}

TEST_F(SmtpTransportTest, AnUnknownHostIsTheTransportsProblem) {
    const auto transport = transport_to("smtp://relay.invalid:587");
    EXPECT_EQ(send(*transport).kind, Kind::retry_transport);
}

TEST_F(SmtpTransportTest, AKeptConnectionThatDiedIsReplacedUnnoticed) {
    const auto transport = transport_to(server_.url());
    EXPECT_EQ(send(*transport, sample(1)).kind, Kind::delivered);
    server_.listen(false);
    server_.listen(true);
    EXPECT_EQ(send(*transport, sample(2)).kind, Kind::delivered);
    server_.rules(R"([{"stage":"MAIL","reply":"421 4.4.2 idle for too long","times":1}])");
    EXPECT_EQ(send(*transport, sample(3)).kind, Kind::delivered);
    EXPECT_EQ(server_.messages().size(), 3U);
    EXPECT_EQ(server_.connections(), 3);
}

TEST_F(SmtpTransportTest, AConnectionLostAfterTheDotIsInDoubt) {
    const Delivery delivery = send_under(R"([{"stage":"dot","action":"drop","keep":true}])");
    EXPECT_EQ(delivery.kind, Kind::in_doubt);
    EXPECT_EQ(delivery.code, 0);
    EXPECT_THAT(delivery.reply, HasSubstr("at final dot"));
    EXPECT_EQ(server_.messages().size(), 1U);
}

TEST_F(SmtpTransportTest, LogsInAndSaysWhenTheLogInIsWrong) {
    server_.require_login("ada", "p@ss");
    const std::string host = "127.0.0.1:" + std::to_string(server_.port());
    EXPECT_EQ(send(*transport_to("smtp://ada:p%40ss@" + host)).kind, Kind::delivered);

    const log::Recording recording;
    const Delivery wrong = send(*transport_to("smtp://ada:hunter2@" + host));
    EXPECT_EQ(wrong.kind, Kind::fail_configuration);
    EXPECT_EQ(wrong.code, 535);
    const Delivery none = send(*transport_to("smtp://" + host));
    EXPECT_EQ(none.kind, Kind::fail_configuration);
    EXPECT_EQ(none.code, 530);
    server_.rules(R"([{"stage":"AUTH","reply":"454 4.7.0 temporary failure"}])");
    EXPECT_EQ(send(*transport_to("smtp://ada:p%40ss@" + host)).kind, Kind::retry_transport);
    EXPECT_EQ(recording.text().find("hunter2"), std::string::npos);
    EXPECT_EQ(transport_to("smtp://ada:hunter2@" + host)->describe(), "smtp://" + host);
}

TEST_F(SmtpTransportTest, WithoutTlsNothingIsToldToARelayThatIsNotThisMachineByName) {
    server_.require_login("ada", "p@ss");
    const std::string port = std::to_string(server_.port());
    // A name below .localhost resolves to this machine but is not one of the names taken for it.
    const auto transport = transport_to("smtp://ada:p%40ss@relay.localhost:" + port);
    EXPECT_EQ(send(*transport).kind, Kind::retry_transport);
    EXPECT_EQ(send(*transport_to("smtps://ada:p%40ss@127.0.0.1:" + port)).kind,
              Kind::retry_transport);
    EXPECT_GE(server_.connections(), 2);
    const auto stages = server_.command({{"command", "stats"}}).at("stages").as_object();
    EXPECT_EQ(stages.count("AUTH") + stages.count("MAIL"), 0U) << stages;
}

TEST_F(SmtpTransportTest, ASlowRelayIsWaitedForAndADeafOneIsNot) {
    server_.rules(R"([{"stage":"dot","delay":1.5}])");
    EXPECT_EQ(send(*transport_to(server_.url())).kind, Kind::delivered);
    server_.rules(R"([{"stage":"RCPT","delay":30}])");
    const Delivery deaf = send(*transport_to(server_.url(), {.timeouts = {.command = 1s}}));
    EXPECT_EQ(deaf.kind, Kind::retry_transport) << deaf.reply;
}

TEST_F(SmtpTransportTest, DestructionDoesNotWaitForARelayThatKeepsSilent) {
    server_.rules(R"([{"stage":"dot","delay":30}])");
    auto transport = transport_to(server_.url());
    auto pending =
        asio::co_spawn(test::context(), transport->send(sample(), SendParams()), asio::use_future);
    await_stage("dot", 1);
    const auto begin = std::chrono::steady_clock::now();
    transport.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 5s);
    EXPECT_EQ(pending.get().kind, Kind::in_doubt);
}

TEST_F(SmtpTransportTest, DestructionDoesNotWaitForAProbeThatARelayDoesNotAnswer) {
    server_.rules(R"([{"stage":"dot","delay":30}])");
    auto transport = transport_to(server_.url());
    auto probe = asio::co_spawn(test::context(), transport->probe(sample()), asio::use_future);
    await_stage("dot", 1);
    transport.reset();
    EXPECT_EQ(probe.get().delivery.kind, Kind::in_doubt);
}

/// Acceptance test 2: whatever the relay drops, only the final dot leaves a doubt, and nothing is
/// sent that the sender does not know of.
TEST_F(SmtpTransportTest, AConnectionDroppedAtAnyStageLosesNothing) {
    for (const char* stage : {"connect", "EHLO", "MAIL", "RCPT", "DATA"}) {
        const auto rule =
            std::string(R"([{"stage":")") + stage + R"(","action":"drop","times":1}])";
        server_.rules(rule);
        const auto transport = transport_to(server_.url(), {.connections = 2});
        EXPECT_EQ(send(*transport).kind, Kind::retry_transport) << stage;
        EXPECT_EQ(send(*transport).kind, Kind::delivered) << stage;
    }
    EXPECT_EQ(server_.messages().size(), 5U);
}

/// Acceptance test 8: the wait after the dot has its own limit, and its end is a doubt.
TEST_F(SmtpTransportTest, ADotWithoutAnAnswerIsInDoubtWhenItsTimeIsOver) {
    server_.rules(R"([{"stage":"dot","delay":30}])");
    const auto transport = transport_to(server_.url(), {.timeouts = {.final_dot = 1s}});
    const Delivery delivery = send(*transport);
    EXPECT_EQ(delivery.kind, Kind::in_doubt);
    EXPECT_EQ(delivery.reply, "at final dot: timed out");
    EXPECT_EQ(SmtpTimeouts().final_dot, 10min);
}

TEST_F(SmtpTransportTest, NothingIsSentWithoutTheMarkBeforeTheDot) {
    const auto transport = transport_to(server_.url());
    int marks = 0;
    SendParams refusing{.before_dot = [&marks] { return ++marks > 1; }};
    EXPECT_EQ(test::run(transport->send(sample(1), refusing)).kind, Kind::withheld);
    EXPECT_TRUE(server_.messages().empty());
    const auto stages = server_.command({{"command", "stats"}}).at("stages").as_object();
    EXPECT_EQ(stages.count("DATA"), 1U);
    EXPECT_EQ(stages.count("dot"), 0U);
    EXPECT_EQ(test::run(transport->send(sample(2), refusing)).kind, Kind::delivered);
    EXPECT_EQ(server_.messages().size(), 1U);
}

TEST_F(SmtpTransportTest, TheOutcomeIsToldBeforeTheConnectionBeginsItsNextMessage) {
    const auto transport = transport_to(server_.url(), {.connections = 1});
    std::vector<std::string> steps;
    std::vector<std::future<Delivery>> pending;
    for (int i = 1; i <= 2; ++i) {
        const auto name = std::to_string(i);
        SendParams params{
            .before_dot =
                [&steps, name] {
                    steps.push_back("mark " + name);
                    return true;
                },
            .concluded = [&steps, name](const Delivery&) { steps.push_back("end " + name); }};
        pending.push_back(asio::co_spawn(
            test::context(), transport->send(sample(i), std::move(params)), asio::use_future));
    }
    for (auto& delivery : pending) {
        EXPECT_EQ(delivery.get().kind, Kind::delivered);
    }
    EXPECT_THAT(steps, testing::ElementsAre("mark 1", "end 1", "mark 2", "end 2"));
}

/// Acceptance test 5: a storm of 421 narrows the pipe to one connection and costs nothing; it opens
/// again by itself.
TEST_F(SmtpTransportTest, AStormOf421NarrowsThePipeWhichOpensAgain) {
    Metrics figures;
    SmtpOptions options{.url = Secret(server_.url()), .connections = 5};
    const auto transport = std::move(*SmtpTransport::create(std::move(options), figures));
    const auto& limit =
        figures.gauge("tripos_mail_connection_limit", "", {{"relay", transport->describe()}});
    EXPECT_EQ(limit.value(), 4);
    server_.rules(R"([{"stage":"MAIL","reply":"421 4.7.0 too fast"}])");
    std::size_t refused = 0;
    while (limit.value() > 1) {
        refused += send(*transport).kind == Kind::retry_transport ? 1 : 0;
        ASSERT_LT(refused, 20U);
    }
    server_.rules("[]");
    const auto begin = std::chrono::steady_clock::now();
    std::size_t delivered = 0;
    while (limit.value() < 4) {
        delivered += send(*transport).kind == Kind::delivered ? 1 : 0;
        ASSERT_LT(std::chrono::steady_clock::now() - begin, 30s);
    }
    EXPECT_EQ(server_.messages().size(), delivered);
}

TEST_F(SmtpTransportTest, ACodePassesMailsThatWaitForASlowRelay) {
    server_.rules(R"([{"stage":"dot","delay":3,"recipient":"ada@example.org"}])");
    const auto transport = transport_to(server_.url(), {.connections = 3});
    std::vector<std::future<Delivery>> slow;
    for (int i = 0; i < 6; ++i) {
        const auto urgency = i < 3 ? Urgency::notice : Urgency::bulk;
        slow.push_back(asio::co_spawn(
            test::context(), transport->send(sample(i), {.urgency = urgency}), asio::use_future));
    }
    await_stage("dot", 2);  // both of the shared connections are held up
    Message code = sample(100);
    code.to = *parse_address("grace@example.org");
    const auto begin = std::chrono::steady_clock::now();
    EXPECT_EQ(test::run(transport->send(code, {.urgency = Urgency::security})).kind,
              Kind::delivered);
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 2s);
    transport->stop_taking();
    std::size_t delivered = 0;
    for (auto& delivery : slow) {
        delivered += delivery.get().kind == Kind::delivered ? 1 : 0;
    }
    EXPECT_EQ(delivered, 2U) << "the two shared connections finish theirs, the rest is given back";
}

TEST_F(SmtpTransportTest, AConnectionWithoutWorkIsClosed) {
    const auto transport = transport_to(server_.url(), {.longest_idle = 1s});
    EXPECT_EQ(send(*transport).kind, Kind::delivered);
    const auto open = [this] {
        return server_.command({{"command", "stats"}}).at("open").as_int64();
    };
    EXPECT_EQ(open(), 1);
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (open() > 0 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(20ms);
    }
    EXPECT_EQ(open(), 0);
    EXPECT_EQ(send(*transport).kind, Kind::delivered);
}

TEST_F(SmtpTransportTest, AProbeShowsTheDialogueWithoutTheSecrets) {
    server_.require_login("ada", "hunter2");
    const auto transport =
        transport_to("smtp://ada:hunter2@127.0.0.1:" + std::to_string(server_.port()));
    const Probe probe = test::run(transport->probe(sample()));
    EXPECT_EQ(probe.delivery.kind, Kind::delivered);
    const std::string all = testing::PrintToString(probe.dialogue);
    for (const char* said : {"< 220 ", "> EHLO ", "> AUTH PLAIN ****", "< 235 ", "> MAIL FROM:",
                             "> RCPT TO:<ada@example.org>", "> DATA", "< 354 ", "< 250 2.0.0"}) {
        EXPECT_THAT(all, HasSubstr(said));
    }
    EXPECT_EQ(all.find("hunter2"), std::string::npos);
    EXPECT_EQ(all.find("AGFkYQBodW50ZXIy"), std::string::npos);
}

TEST_F(SmtpTransportTest, WhatCannotBeAMessageNeverReachesTheRelay) {
    const auto transport = transport_to(server_.url());
    Message message = sample();
    message.to.text = "b@example.com>\r\nRSET\r\nNOOP <";
    EXPECT_EQ(send(*transport, message).kind, Kind::fail_message);
    message = sample();
    message.subject = "x\r\nBcc: eve@example.com";
    EXPECT_EQ(send(*transport, message).kind, Kind::fail_message);
    EXPECT_EQ(server_.connections(), 0);
}

TEST(SmtpTransport, RefusesASettingItCannotUse) {
    const auto transport =
        SmtpTransport::create({.url = Secret("http://relay:hunter2@x")}, metrics());
    ASSERT_FALSE(transport);
    EXPECT_EQ(transport.error().fields.at(0).field, "SMTP_URL");
}

}  // namespace
}  // namespace tripos::mail
