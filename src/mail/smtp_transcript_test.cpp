// SPDX-License-Identifier: MIT
// What is noted of a conversation with a relay: the transcript, the dialogue people read, and that
// no bytes a relay may send do harm.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "mail/detail/smtp_classifier.hpp"
#include "mail/detail/smtp_dialogue.hpp"
#include "mail/detail/smtp_transcript.hpp"

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

TEST(SmtpTranscript, KeepsTheReplyThatDecidedAndNotTheGoodbye) {
    Transcript transcript = at(Stage::rcpt, "550 5.1.1 no such user");
    transcript.on_command("QUIT\r\n");
    transcript.on_line("221 2.0.0 bye");
    const Delivery delivery = classify(transcript, "refused");
    EXPECT_EQ(delivery.code, 550);
    EXPECT_EQ(delivery.reply, "5.1.1 no such user");
}

TEST(SmtpTranscript, AConnectionLostSaysWhere) {
    const Delivery delivery = classify(at(Stage::data, "354 go on"), "Connection reset\r\n");
    EXPECT_EQ(delivery.code, 0);
    EXPECT_EQ(delivery.reply, "at DATA: Connection reset\\x0d\\x0a");
}

TEST(SmtpTranscript, JoinsTheLinesOfAReplyAndBoundsThem) {
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

TEST(SmtpTranscript, IgnoresWhatIsNoReply) {
    Transcript transcript = at(Stage::mail, "");
    for (const char* line : {"", "2", "25", "garbage", "999 x", "25a x", "2500", "\r\n"}) {
        transcript.on_line(line);
    }
    EXPECT_EQ(transcript.code(), 0);
}

TEST(SmtpTranscript, APasswordThatLooksLikeACommandIsNone) {
    Transcript transcript = at(Stage::auth, "334 ");
    transcript.on_command("DATAxyz=\r\n");
    EXPECT_EQ(transcript.stage(), Stage::auth);
    transcript.on_line("535 5.7.8 no");
    EXPECT_EQ(classify(transcript, "").kind, Kind::fail_configuration);
}

TEST(SmtpTranscript, HonoursTheWaitTheRelayAsksFor) {
    EXPECT_EQ(requested_wait("try again in 20 seconds", 60s), 20s);
    EXPECT_EQ(requested_wait("4.7.0 Try again in 5 sec.", 60s), 5s);
    EXPECT_EQ(requested_wait("wait 7s please", 60s), 7s);
    EXPECT_EQ(requested_wait("retry in 1 minute", 60s), 60s);
    EXPECT_EQ(requested_wait("retry in 15 minutes", 60s), 60s);
    EXPECT_EQ(requested_wait("retry in 99999999999999999999 seconds", 60s), 60s);
    EXPECT_EQ(requested_wait("4.7.28 limit of 100 messages reached", 60s), std::nullopt);
    EXPECT_EQ(requested_wait("", 60s), std::nullopt);
    EXPECT_EQ(classify(at(Stage::mail, "421 4.7.0 try again in 12 seconds"), "").pause, 12s);
    EXPECT_EQ(classify(at(Stage::mail, "421 4.7.0 try again in 5 minutes"), "").pause, 60s);
    EXPECT_EQ(classify(at(Stage::rcpt, "450 4.2.0 greylisted, try again in 300 seconds"), "").pause,
              300s);
    EXPECT_EQ(classify(at(Stage::rcpt, "450 4.2.0 try again in 99 minutes"), "").pause, 900s);
    EXPECT_EQ(classify(at(Stage::rcpt, "550 5.1.1 try again in 12 seconds"), "").pause, 0s);
}

TEST(SmtpDialogue, MasksEverythingThatIsSaidAfterAuth) {
    Dialogue dialogue;
    dialogue.on_line("220 relay\r\n");
    dialogue.on_command("EHLO host\r\n");
    dialogue.on_line("250 AUTH PLAIN LOGIN\r\n");
    dialogue.on_command("AUTH PLAIN AGFkYQBodW50ZXIy\r\n");
    dialogue.on_line("535 no\r\n");
    dialogue.on_command("AUTH LOGIN\r\n");
    dialogue.on_line("334 VXNlcm5hbWU6\r\n");
    dialogue.on_command("YWRh\r\n");
    dialogue.on_line("334 UGFzc3dvcmQ6\r\n");
    dialogue.on_command("aHVudGVyMg==\r\n");
    dialogue.on_line("235 welcome\r\n");
    dialogue.on_command("MAIL FROM:<a@b.c>\r\n");
    dialogue.on_message(2'048);
    const std::vector<std::string> expected = {"< 220 relay",
                                               "> EHLO host",
                                               "< 250 AUTH PLAIN LOGIN",
                                               "> AUTH PLAIN ****",
                                               "< 535 no",
                                               "> AUTH LOGIN",
                                               "< 334 VXNlcm5hbWU6",
                                               "> ****",
                                               "< 334 UGFzc3dvcmQ6",
                                               "> ****",
                                               "< 235 welcome",
                                               "> MAIL FROM:<a@b.c>",
                                               "> (2048 bytes of message)",
                                               "> ."};
    EXPECT_EQ(dialogue.take(), expected);
}

TEST(SmtpDialogue, IsBounded) {
    Dialogue dialogue;
    for (int i = 0; i < 10'000; ++i) {
        dialogue.on_line("250-" + std::string(10'000, 'x'));
    }
    const auto lines = dialogue.take();
    EXPECT_EQ(lines.size(), 200U);
    EXPECT_LE(lines.front().size(), 502U);
}

#ifndef SMTP_FUZZ_RUNS
#define SMTP_FUZZ_RUNS 20'000
#endif

/// Acceptance test 19 of the mail subsystem; the long run, 100 million with sanitizers, compiles
/// this file with SMTP_FUZZ_RUNS set.
TEST(SmtpFuzz, NoBytesOfARelayDoHarm) {
    constexpr long runs = SMTP_FUZZ_RUNS;
    static constexpr std::string_view kPieces[] = {
        "250 ", "250-", "421 ",     "550-",    "5.1.1",        " 4.7.",
        "\r\n", "\0",   "\xff\xfe", "99",      "999999999999", "seconds",
        " min", "#5.",  "[5.",      "throttl", "334 ",         "-",
        ".",    " ",    "x"};
    static constexpr std::string_view kCommands[] = {"EHLO x",       "STARTTLS",   "AUTH PLAIN x",
                                                     "MAIL FROM:<>", "RCPT TO:<>", "DATA",
                                                     "QUIT\r\n",     "zzz"};
    std::mt19937 random(7);
    std::string line;
    for (long run = 0; run < runs; ++run) {
        Transcript transcript;
        Dialogue dialogue;
        for (auto steps = random() % 6; steps > 0; --steps) {
            const auto command = kCommands[random() % std::size(kCommands)];
            transcript.on_command(command);
            dialogue.on_command(command);
            if (random() % 4 == 0) {
                transcript.on_body_end();
            }
            line.clear();
            for (auto pieces = random() % 8; pieces > 0; --pieces) {
                line += kPieces[random() % std::size(kPieces)];
                line += static_cast<char>(random());
            }
            transcript.on_line(line);
            dialogue.on_line(line);
        }
        const Delivery delivery = classify(transcript, line);
        ASSERT_LE(delivery.reply.size(), 500U);
        ASSERT_TRUE(delivery.kind != Kind::delivered || transcript.stage() == Stage::dot);
        ASSERT_GE(delivery.pause, 0ms);
        ASSERT_LE(delivery.pause, 900s);
    }
}

}  // namespace
}  // namespace tripos::mail::detail
