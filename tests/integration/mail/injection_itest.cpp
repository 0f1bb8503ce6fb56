// SPDX-License-Identifier: MIT
// What cannot be a header or an address never begins a conversation with the relay.

#include <gtest/gtest.h>

#include "mail/smtp_transport.hpp"
#include "support/run.hpp"
#include "support/smtp_server.hpp"

namespace tripos::mail {
namespace {

using namespace std::string_literals;

Message letter() {
    Message message;
    message.from_name = "Tripos";
    message.from = *parse_address("no-reply@example.org");
    message.to = *parse_address("ada@example.org");
    message.subject = "Hello";
    message.html = "<p>Hello</p>";
    message.message_id = "1@example.org";
    message.reply_to = *parse_address("office@example.org");
    message.list =
        ListHeaders{.id = "news.example.org", .unsubscribe = "https://a.example/unsubscribe/1"};
    return message;
}

// Acceptance test 11 of the mail subsystem.
TEST(MailInjection, ReachesTheRelayWithNoCommandAtAll) {
    test::SmtpServer server;
    Metrics metrics;
    const auto transport =
        std::move(*SmtpTransport::create({.url = Secret(server.url())}, metrics));
    static constexpr void (*kPlaces[])(Message&, const std::string&) = {
        [](Message& m, const std::string& v) { m.subject += v; },
        [](Message& m, const std::string& v) { m.from_name += v; },
        [](Message& m, const std::string& v) { m.message_id += v; },
        [](Message& m, const std::string& v) { m.to.text = "ada" + v + "@example.org"; },
        [](Message& m, const std::string& v) { m.to.text += v; },
        [](Message& m, const std::string& v) { m.from.text += v; },
        [](Message& m, const std::string& v) { m.reply_to->text += v; },
        [](Message& m, const std::string& v) { m.list->id += v; },
        [](Message& m, const std::string& v) { m.list->unsubscribe += v; },
    };
    for (const auto& poison : {">\r\nRSET\r\nNOOP <"s, "\r\n"s, "\n"s, "\r"s, "\0"s,
                               "\xE2\x80\xA8"s, "\xC0\x8A"s, std::string(10'000'000, 'x')}) {
        for (const auto place : kPlaces) {
            auto message = letter();
            place(message, poison);
            const auto delivery = test::run(transport->send(std::move(message), SendParams()));
            EXPECT_EQ(delivery.kind, Delivery::Kind::fail_message) << delivery.reply;
        }
    }
    EXPECT_EQ(server.connections(), 0);
    const auto fine = test::run(transport->send(letter(), SendParams()));
    EXPECT_EQ(fine.kind, Delivery::Kind::delivered) << fine.reply;
}

// Bodies may hold anything: what looks like the end of a message is text of it.
TEST(MailInjection, ABodyCannotEndItsMessage) {
    test::SmtpServer server;
    Metrics metrics;
    const auto transport =
        std::move(*SmtpTransport::create({.url = Secret(server.url())}, metrics));
    auto message = letter();
    message.html = "<p>a</p>\r\n.\r\nMAIL FROM:<eve@example.org>\r\n\n.\n\r.\r";
    message.text = message.html;
    test::run(transport->send(std::move(message), SendParams()));
    const auto messages = server.messages();
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_NE(std::string(messages[0].at("html").as_string()).find("MAIL FROM:<eve"),
              std::string::npos);
}

}  // namespace
}  // namespace tripos::mail
