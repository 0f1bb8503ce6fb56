// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_url.hpp"

#include <gtest/gtest.h>

namespace tripos::mail::detail {
namespace {

TEST(SmtpUrl, ReadsHostPortAndLogin) {
    const auto url = parse_smtp_url(
        "SMTP_URL", Secret("smtp://ada%40example.org:p%3Aw%2Fd@Relay.example.org:2525"));
    ASSERT_TRUE(url);
    EXPECT_EQ(url->host, "relay.example.org");
    EXPECT_EQ(url->port, 2525);
    EXPECT_EQ(url->user, "ada@example.org");
    EXPECT_EQ(url->password.reveal(), "p:w/d");
    EXPECT_EQ(url->display(), "smtp://relay.example.org:2525");
    EXPECT_FALSE(url->is_loopback());
    EXPECT_EQ(parse_smtp_url("SMTP_URL", Secret("smtp://relay.example.org"))->port, 587);
    EXPECT_EQ(parse_smtp_url("SMTP_URL", Secret("smtps://relay.example.org/"))->port, 465);
    for (const char* loopback : {"smtp://127.0.0.1:25", "smtp://localhost", "smtp://[::1]:25"}) {
        EXPECT_TRUE(parse_smtp_url("SMTP_URL", Secret(loopback))->is_loopback()) << loopback;
    }
    EXPECT_FALSE(parse_smtp_url("SMTP_URL", Secret("smtp://127.example.org"))->is_loopback());
}

TEST(SmtpUrl, RefusesWhatItCannotUseAndNeverRepeatsThePassword) {
    for (const char* text :
         {"", "relay", "http://relay", "smtp://", "smtp://relay/path", "smtp://relay?x=1",
          "smtp://relay#x", "smtp://user@relay", "smtp://user:hunter2@relay:99999",
          "smtp://user:hunter2@relay:0", "smtp://user:hunter2%0d%0aX@relay",
          "smtp://user:hunter2\r\n@relay", "smtp://user:hunter 2@relay"}) {
        const auto url = parse_smtp_url("SMTP_URL", Secret(text));
        ASSERT_FALSE(url) << text;
        EXPECT_EQ(url.error().fields.at(0).field, "SMTP_URL");
        EXPECT_EQ(url.error().message.find("hunter"), std::string::npos);
    }
}

}  // namespace
}  // namespace tripos::mail::detail
