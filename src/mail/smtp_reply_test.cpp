// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_reply.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "mail/detail/relay_pause.hpp"
#include "mail/detail/smtp_url.hpp"

namespace tripos::mail::detail {
namespace {

using namespace std::chrono_literals;
using Kind = Delivery::Kind;

/// A transcript that came as far as `stage` and heard `reply` there (empty: nothing).
Transcript at(Stage stage, const std::string& reply) {
    Transcript transcript;
    const std::vector<std::pair<Stage, const char*>> commands = {
        {Stage::hello, "EHLO host"},      {Stage::starttls, "STARTTLS"},
        {Stage::auth, "AUTH PLAIN"},      {Stage::mail, "MAIL FROM:<a@b.c>"},
        {Stage::rcpt, "RCPT TO:<a@b.c>"}, {Stage::data, "DATA"}};
    for (const auto& [reached, command] : commands) {
        if (reached <= stage) {
            transcript.on_command(command);
            if (reached < stage) {
                transcript.on_line("250 2.0.0 fine");
            }
        }
    }
    if (stage >= Stage::body) {
        transcript.on_body();
    }
    if (stage >= Stage::dot) {
        transcript.on_body_end();
    }
    if (!reply.empty()) {
        transcript.on_line(reply + "\r\n");
    }
    return transcript;
}

struct Case {
    Stage stage;
    std::string reply;
    Kind kind;
};

TEST(SmtpReply, StageAndReplyDecideTheOutcome) {
    const std::vector<Case> table = {
        {Stage::dot, "250 2.0.0 Ok: queued as 4A2", Kind::delivered},
        {Stage::dot, "251 will forward", Kind::delivered},
        // This message, for now.
        {Stage::rcpt, "450 4.2.0 greylisted", Kind::retry_message},
        {Stage::rcpt, "451 4.7.1 Greylisting in action", Kind::retry_message},
        {Stage::rcpt, "452 4.2.2 mailbox full", Kind::retry_message},
        {Stage::rcpt, "452 4.5.3 too many recipients", Kind::retry_message},
        {Stage::rcpt, "454 4.7.1 Relay access denied", Kind::retry_message},
        {Stage::rcpt, "552 too many recipients", Kind::retry_message},
        {Stage::rcpt, "550 5.2.2 over quota", Kind::retry_message},
        {Stage::mail, "451 4.3.0 try later", Kind::retry_message},
        {Stage::mail, "452 4.3.1 no space", Kind::retry_message},
        {Stage::data, "451 4.3.0 no", Kind::retry_message},
        {Stage::dot, "451 4.3.0 queue file", Kind::retry_message},
        {Stage::dot, "452 4.3.1 no space", Kind::retry_message},
        {Stage::dot, "552 5.2.2 mailbox full", Kind::retry_message},
        {Stage::dot, "", Kind::retry_message},
        // The relay, for now.
        {Stage::connect, "", Kind::retry_transport},
        {Stage::connect, "421 4.3.2 not now", Kind::retry_transport},
        {Stage::connect, "554 5.7.1 no service for you", Kind::retry_transport},
        {Stage::connect, "220 welcome", Kind::retry_transport},
        {Stage::hello, "", Kind::retry_transport},
        {Stage::hello, "450 busy", Kind::retry_transport},
        {Stage::hello, "550 go away", Kind::retry_transport},
        {Stage::starttls, "454 4.7.0 TLS not available", Kind::retry_transport},
        {Stage::starttls, "220 ready", Kind::retry_transport},
        {Stage::auth, "454 4.7.0 Temporary authentication failure", Kind::retry_transport},
        {Stage::auth, "", Kind::retry_transport},
        {Stage::mail, "421 4.4.2 timeout", Kind::retry_transport},
        {Stage::mail, "432 4.3.2 Concurrent connections limit exceeded", Kind::retry_transport},
        {Stage::mail, "454 Throttling failure: Maximum sending rate exceeded.",
         Kind::retry_transport},
        {Stage::mail, "", Kind::retry_transport},
        {Stage::rcpt, "421 4.7.0 closing", Kind::retry_transport},
        {Stage::rcpt, "450 4.7.28 unusual rate", Kind::retry_transport},
        {Stage::rcpt, "", Kind::retry_transport},
        {Stage::data, "454 Throttling failure", Kind::retry_transport},
        {Stage::data, "", Kind::retry_transport},
        {Stage::body, "", Kind::retry_transport},
        {Stage::dot, "421 4.3.0 closing", Kind::retry_transport},
        {Stage::dot, "454 Throttling failure", Kind::retry_transport},
        // Someone must mend the settings.
        {Stage::auth, "535 5.7.8 bad credentials", Kind::misconfigured},
        {Stage::auth, "534 5.7.9 mechanism too weak", Kind::misconfigured},
        {Stage::auth, "538 5.7.11 encryption required", Kind::misconfigured},
        {Stage::auth, "504 5.5.4 mechanism unknown", Kind::misconfigured},
        {Stage::mail, "530 5.7.0 authentication required", Kind::misconfigured},
        {Stage::mail, "503 5.5.1 bad sequence", Kind::misconfigured},
        {Stage::mail, "555 5.5.4 parameter unknown", Kind::misconfigured},
        {Stage::rcpt, "530 5.7.1 authentication required", Kind::misconfigured},
        // For good.
        {Stage::mail, "550 5.7.1 sender rejected", Kind::failed},
        {Stage::mail, "552 5.3.4 too big", Kind::failed},
        {Stage::rcpt, "550 5.1.1 no such user", Kind::failed},
        {Stage::rcpt, "551 5.1.6 moved", Kind::failed},
        {Stage::rcpt, "553 5.1.3 bad syntax", Kind::failed},
        {Stage::rcpt, "556 5.1.10 null MX", Kind::failed},
        {Stage::rcpt, "501 5.1.3 bad address", Kind::failed},
        {Stage::rcpt, "554 5.7.1 relaying denied", Kind::failed},
        {Stage::data, "554 5.5.1 no valid recipients", Kind::failed},
        {Stage::dot, "550 5.7.26 unauthenticated mail", Kind::failed},
        {Stage::dot, "552 5.3.4 too big", Kind::failed},
        {Stage::dot, "554 5.6.0 spam", Kind::failed},
    };
    for (const auto& c : table) {
        const Delivery delivery = classify(at(c.stage, c.reply), "connection lost");
        EXPECT_EQ(delivery.kind, c.kind) << name_of(c.stage) << " / " << c.reply;
    }
}

TEST(SmtpReply, KeepsTheReplyThatDecidedAndNotTheGoodbye) {
    Transcript transcript = at(Stage::rcpt, "550 5.1.1 no such user");
    transcript.on_command("QUIT\r\n");
    transcript.on_line("221 2.0.0 bye");
    const Delivery delivery = classify(transcript, "refused");
    EXPECT_EQ(delivery.code, 550);
    EXPECT_EQ(delivery.reply, "5.1.1 no such user");
}

TEST(SmtpReply, AConnectionLostSaysWhere) {
    const Delivery delivery = classify(at(Stage::data, "354 go on"), "Connection reset\r\n");
    EXPECT_EQ(delivery.code, 0);
    EXPECT_EQ(delivery.reply, "at DATA: Connection reset\\x0d\\x0a");
}

TEST(SmtpReply, JoinsTheLinesOfAReplyAndBoundsThem) {
    Transcript transcript = at(Stage::dot, "550-5.7.1 first");
    transcript.on_line("550-5.7.1 sec\x1b\xFFond\r\n");
    transcript.on_line("550 5.7.1 third\r\n");
    EXPECT_EQ(transcript.text(), "5.7.1 first 5.7.1 sec\\x1b\\xffond 5.7.1 third");
    for (int i = 0; i < 10'000; ++i) {
        transcript.on_line("550-" + std::string(100, 'x'));
    }
    EXPECT_EQ(transcript.text().size(), 500U);
    EXPECT_EQ(transcript.code(), 550);
}

TEST(SmtpReply, IgnoresWhatIsNoReply) {
    Transcript transcript = at(Stage::mail, "");
    for (const char* line : {"", "2", "25", "garbage", "999 x", "25a x", "2500", "\r\n"}) {
        transcript.on_line(line);
    }
    EXPECT_EQ(transcript.code(), 0);
}

TEST(SmtpReply, APasswordThatLooksLikeACommandIsNone) {
    Transcript transcript = at(Stage::auth, "334 ");
    transcript.on_command("DATAxyz=\r\n");
    EXPECT_EQ(transcript.stage(), Stage::auth);
    transcript.on_line("535 5.7.8 no");
    EXPECT_EQ(classify(transcript, "").kind, Kind::misconfigured);
}

TEST(SmtpReply, HonoursTheWaitTheRelayAsksFor) {
    EXPECT_EQ(requested_wait("try again in 20 seconds"), 20s);
    EXPECT_EQ(requested_wait("4.7.0 Try again in 5 sec."), 5s);
    EXPECT_EQ(requested_wait("wait 7s please"), 7s);
    EXPECT_EQ(requested_wait("retry in 1 minute"), 60s);
    EXPECT_EQ(requested_wait("retry in 15 minutes"), 60s);
    EXPECT_EQ(requested_wait("retry in 99999999999999999999 seconds"), 60s);
    EXPECT_EQ(requested_wait("4.7.28 limit of 100 messages reached"), std::nullopt);
    EXPECT_EQ(requested_wait(""), std::nullopt);
    EXPECT_EQ(classify(at(Stage::mail, "421 4.7.0 try again in 12 seconds"), "").pause, 12s);
    EXPECT_EQ(classify(at(Stage::rcpt, "450 4.7.0 try again in 12 seconds"), "").pause, 0s);
}

TEST(RelayPause, DoublesWithEachOutageInARowAndStartsAgainAfterASuccess) {
    RelayPause pause;
    auto now = RelayPause::Instant() + 1h;
    for (const auto expected : {1s, 2s, 4s, 8s, 16s, 30s, 30s}) {
        EXPECT_EQ(pause.after_failure(now, 0s), expected);
        EXPECT_EQ(pause.after_failure(now, 0s), expected)
            << "a second connection of the same outage";
        now += expected;
    }
    pause.after_success();
    EXPECT_EQ(pause.after_failure(now, 0s), 1s);
    EXPECT_EQ(pause.after_failure(now, 45s), 45s);
}

TEST(SmtpUrl, ReadsHostPortAndLogin) {
    const auto url =
        parse_smtp_url(Secret("smtp://ada%40example.org:p%3Aw%2Fd@Relay.example.org:2525"));
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "relay.example.org");
    EXPECT_EQ(url->port, 2525);
    EXPECT_EQ(url->user, "ada@example.org");
    EXPECT_EQ(url->password.reveal(), "p:w/d");
    EXPECT_EQ(url->display(), "smtp://relay.example.org:2525");
    EXPECT_FALSE(url->is_loopback());
    EXPECT_EQ(parse_smtp_url(Secret("smtp://relay.example.org"))->port, 587);
    EXPECT_EQ(parse_smtp_url(Secret("smtps://relay.example.org/"))->port, 465);
    for (const char* loopback : {"smtp://127.0.0.1:25", "smtp://localhost", "smtp://[::1]:25"}) {
        EXPECT_TRUE(parse_smtp_url(Secret(loopback))->is_loopback()) << loopback;
    }
    EXPECT_FALSE(parse_smtp_url(Secret("smtp://127.example.org"))->is_loopback());
}

TEST(SmtpUrl, RefusesWhatItCannotUseAndNeverRepeatsThePassword) {
    for (const char* text :
         {"", "relay", "http://relay", "smtp://", "smtp://relay/path", "smtp://relay?x=1",
          "smtp://relay#x", "smtp://user@relay", "smtp://user:hunter2@relay:99999",
          "smtp://user:hunter2@relay:0", "smtp://user:hunter2%0d%0aX@relay",
          "smtp://user:hunter2\r\n@relay", "smtp://user:hunter 2@relay"}) {
        const auto url = parse_smtp_url(Secret(text));
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().fields.at(0).field, "SMTP_URL");
        EXPECT_EQ(url.error().message.find("hunter"), std::string::npos);
    }
}

}  // namespace
}  // namespace tripos::mail::detail
