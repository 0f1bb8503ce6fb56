// SPDX-License-Identifier: MIT
// What relays really answer, and what it means for the mail: one row per reply, in the words of
// mail providers and servers of the field (addresses and links shortened). Acceptance table of the
// classifier.

#include <gtest/gtest.h>

#include <string_view>

#include "mail/detail/smtp_classifier.hpp"

namespace tripos::mail::detail {
namespace {

using Kind = Delivery::Kind;

struct Row {
    const char* who;
    Stage stage;
    const char* reply;
    Kind kind;
};

class Replies : public testing::TestWithParam<Row> {};

TEST_P(Replies, MeanWhatTheyMean) {
    const Row& row = GetParam();
    EXPECT_EQ(classify_reply(row.stage, row.reply).kind, row.kind)
        << row.who << " at " << name_of(row.stage) << ": " << row.reply;
}

constexpr Row kDelivered[] = {
    {"Postfix", Stage::dot, "250 2.0.0 Ok: queued as 4XyZ1w2v3z", Kind::delivered},
    {"Exim", Stage::dot, "250 OK id=1rTzQk-0004Ab-2C", Kind::delivered},
    {"Gmail", Stage::dot, "250 2.0.0 OK  1707300000 d9443c01a7336-1d9 - gsmtp", Kind::delivered},
    {"Exchange Online", Stage::dot, "250 2.6.0 <id@x> [InternalId=1] Queued mail for delivery",
     Kind::delivered},
    {"SES", Stage::dot, "250 Ok 0102018d8a-000000", Kind::delivered},
    {"SendGrid", Stage::dot, "250 Ok: queued as u7bXk2TqS3", Kind::delivered},
    {"Mailgun", Stage::dot, "250 Great success", Kind::delivered},
    {"Sendmail", Stage::dot, "250 2.0.0 417Ab1 Message accepted for delivery", Kind::delivered},
    {"qmail", Stage::dot, "250 ok 1707300000 qp 12345", Kind::delivered},
    {"a forwarder", Stage::dot, "251 User not local; will forward", Kind::delivered},
};

constexpr Row kRetryMessage[] = {
    {"Postgrey", Stage::rcpt, "450 4.2.0 <a@x>: Recipient address rejected: Greylisted, see help",
     Kind::retry_message},
    {"Exim greylist", Stage::rcpt, "451 4.7.1 Greylisting in action, please come back later",
     Kind::retry_message},
    {"milter-greylist", Stage::rcpt, "451 4.7.1 Greylisting in action, come back in 00:05:00",
     Kind::retry_message},
    {"GMX", Stage::rcpt, "450 4.7.1 Requested mail action not taken: greylisted",
     Kind::retry_message},
    {"Postfix", Stage::rcpt, "450 4.1.1 <a@x>: Recipient address rejected: unverified address",
     Kind::retry_message},
    {"Postfix", Stage::rcpt, "450 4.1.2 <a@x>: Recipient address rejected: Domain not found",
     Kind::retry_message},
    {"Postfix", Stage::rcpt, "450 4.1.8 <b@y>: Sender address rejected: Domain not found",
     Kind::retry_message},
    {"Postfix", Stage::rcpt, "451 4.3.0 <a@x>: Temporary lookup failure", Kind::retry_message},
    {"Postfix", Stage::rcpt,
     "451 4.3.5 <a@x>: Recipient address rejected: Server configuration "
     "problem",
     Kind::retry_message},
    {"Postfix", Stage::rcpt, "454 4.7.1 <a@x>: Relay access denied", Kind::retry_message},
    {"Gmail", Stage::rcpt,
     "450 4.2.1 The user you are trying to contact is receiving mail at a "
     "rate that prevents additional messages from being delivered.",
     Kind::retry_message},
    {"Gmail", Stage::rcpt, "452 4.2.2 The email account that you tried to reach is over quota.",
     Kind::retry_message},
    {"Gmail", Stage::dot, "451 4.3.0 Mail server temporarily rejected message.",
     Kind::retry_message},
    {"Gmail", Stage::dot, "450 4.4.1 The recipient's domain has a temporary problem",
     Kind::retry_message},
    {"Exchange", Stage::rcpt, "452 4.5.3 Too many recipients", Kind::retry_message},
    {"Exchange", Stage::rcpt, "451 4.4.0 DNS query failed", Kind::retry_message},
    {"Exchange Online", Stage::rcpt, "451 4.4.4 Temporary server error. Please try again later",
     Kind::retry_message},
    {"Yahoo", Stage::dot, "451 4.3.2 Internal error reading data", Kind::retry_message},
    {"Yahoo", Stage::rcpt, "451 mta1 Resources temporarily unavailable. Please try again later",
     Kind::retry_message},
    {"Sendmail", Stage::mail, "451 4.1.8 Domain of sender address b@y does not resolve",
     Kind::retry_message},
    {"Sendmail", Stage::mail, "452 4.4.5 Insufficient disk space; try again later",
     Kind::retry_message},
    {"Postfix", Stage::mail, "452 4.3.1 Insufficient system storage", Kind::retry_message},
    {"Postfix", Stage::dot, "451 4.3.0 Error: queue file write error", Kind::retry_message},
    {"Postfix", Stage::dot, "451 4.7.1 Service unavailable - try again later", Kind::retry_message},
    {"Exim", Stage::rcpt, "451 Temporary local problem - please try later", Kind::retry_message},
    {"Exim", Stage::rcpt, "451 Could not complete sender verify callout", Kind::retry_message},
    {"Exim", Stage::data, "451 4.3.0 not now", Kind::retry_message},
    {"Dovecot LMTP", Stage::rcpt, "452 4.2.2 <a@x> Quota exceeded (mailbox for user is full)",
     Kind::retry_message},
    {"Dovecot LMTP", Stage::rcpt, "451 4.3.0 <a@x> Temporary internal error", Kind::retry_message},
    {"Comcast", Stage::rcpt, "452 4.1.1 Mailbox full", Kind::retry_message},
    {"iCloud", Stage::rcpt, "452 4.2.2 <a@icloud.com> user is overquota", Kind::retry_message},
    {"qmail", Stage::dot, "451 qq temporary problem (#4.3.0)", Kind::retry_message},
    {"OpenSMTPD", Stage::rcpt, "451 4.3.0 Temporary Error", Kind::retry_message},
    {"Mailman", Stage::rcpt, "552 5.2.2 <a@x>: Recipient address rejected: mailbox full",
     Kind::retry_message},
    {"Exchange", Stage::rcpt,
     "552 5.2.2 This message is larger than the current system limit or "
     "the recipient's mailbox is full",
     Kind::retry_message},
    {"Cyrus", Stage::dot, "552 5.2.2 Over quota", Kind::retry_message},
    {"an old server", Stage::rcpt, "552 Too many recipients", Kind::retry_message},
    {"an old server", Stage::rcpt, "550 5.2.2 Mailbox is over quota", Kind::retry_message},
};

constexpr Row kRetryTransport[] = {
    {"Postfix", Stage::greeting, "421 4.3.2 All server ports are busy", Kind::retry_transport},
    {"Postfix", Stage::greeting, "421 4.7.0 mx.x Error: too many connections from 192.0.2.1",
     Kind::retry_transport},
    {"Postfix", Stage::mail, "421 4.4.2 mx.x Error: timeout exceeded", Kind::retry_transport},
    {"Postfix", Stage::rcpt, "421 4.7.0 mx.x Error: too many errors", Kind::retry_transport},
    {"Postfix postscreen", Stage::greeting, "550 5.5.1 Protocol error", Kind::retry_transport},
    {"Postfix", Stage::greeting, "554 5.7.1 mx.x ESMTP not accepting connections",
     Kind::retry_transport},
    {"Spamhaus user", Stage::greeting, "554 5.7.1 Service unavailable; Client host blocked",
     Kind::retry_transport},
    {"Postfix", Stage::starttls, "454 4.7.0 TLS not available due to local problem",
     Kind::retry_transport},
    {"Postfix", Stage::auth, "454 4.7.0 Temporary authentication failure: connection lost",
     Kind::retry_transport},
    {"Postfix", Stage::hello, "502 5.5.2 Error: command not recognized", Kind::retry_transport},
    {"Postfix policyd", Stage::rcpt,
     "450 4.7.1 <a@x>: Client host rejected: too much mail from "
     "192.0.2.1",
     Kind::retry_transport},
    {"Gmail", Stage::rcpt, "421 4.7.0 Try again later, closing connection. - gsmtp",
     Kind::retry_transport},
    {"Gmail", Stage::dot, "421-4.7.28 Our system has detected an unusual rate of unsolicited mail",
     Kind::retry_transport},
    {"Gmail", Stage::dot, "450 4.7.28 Gmail has detected an unusual rate of mail",
     Kind::retry_transport},
    {"Gmail relay", Stage::mail, "421 4.4.5 Server busy, try again later.", Kind::retry_transport},
    {"Gmail", Stage::auth, "421 4.7.0 Too many login attempts, try again later.",
     Kind::retry_transport},
    {"Outlook", Stage::greeting, "421 RP-001 (COL004) Unfortunately, some messages weren't sent",
     Kind::retry_transport},
    {"Exchange Online", Stage::mail, "432 4.3.2 Concurrent connections limit exceeded",
     Kind::retry_transport},
    {"Exchange Online", Stage::auth,
     "432 4.3.2 STOREDRV.ClientSubmit; sender thread limit exceeded", Kind::retry_transport},
    {"Exchange Online", Stage::rcpt,
     "451 4.7.500 Server busy. Please try again later from "
     "192.0.2.1.",
     Kind::retry_transport},
    {"Exchange Online", Stage::mail,
     "451 4.7.650 The mail server [192.0.2.1] has been temporarily "
     "rate limited due to IP reputation.",
     Kind::retry_transport},
    {"Exchange", Stage::mail,
     "421 4.3.2 The maximum number of concurrent connections has exceeded "
     "a limit",
     Kind::retry_transport},
    {"Yahoo", Stage::mail, "421 4.7.0 [TSS04] Messages from 192.0.2.1 temporarily deferred",
     Kind::retry_transport},
    {"Yahoo", Stage::greeting, "553 5.7.1 [BL21] Connections will not be accepted from 192.0.2.1",
     Kind::retry_transport},
    {"AOL", Stage::mail, "421 4.7.1 : (RLY:SN) Service unavailable, try again later",
     Kind::retry_transport},
    {"SES", Stage::mail, "454 Throttling failure: Maximum sending rate exceeded.",
     Kind::retry_transport},
    {"SES", Stage::dot, "454 Throttling failure: Daily message quota exceeded.",
     Kind::retry_transport},
    {"SES", Stage::auth, "454 Temporary authentication failure", Kind::retry_transport},
    {"SES", Stage::dot, "421 Too many concurrent SMTP connections", Kind::retry_transport},
    {"SendGrid", Stage::rcpt, "451 4.7.1 Ratelimit exceeded, please try again",
     Kind::retry_transport},
    {"Mailgun", Stage::mail, "421 4.7.0 Too many connections", Kind::retry_transport},
    {"Brevo", Stage::rcpt, "452 4.5.3 Your sending rate is too high", Kind::retry_transport},
    {"Zoho", Stage::dot, "451 4.7.1 Throttling: try again in 30 seconds", Kind::retry_transport},
    {"Comcast", Stage::mail, "421 4.2.0 Too many concurrent connections from source",
     Kind::retry_transport},
    {"T-Online", Stage::greeting, "554 IP=192.0.2.1 - A problem occurred. (Ask your postmaster)",
     Kind::retry_transport},
    {"Exim", Stage::greeting, "421 mx.x: Too many concurrent SMTP connections from this IP",
     Kind::retry_transport},
    {"Exim", Stage::hello, "550 HELO contains invalid characters", Kind::retry_transport},
    {"Sendmail", Stage::mail, "451 4.3.2 System load is too high, try again later",
     Kind::retry_transport},
    {"Mimecast", Stage::rcpt, "451 Account connection limit reached", Kind::retry_transport},
    {"Haraka", Stage::rcpt, "450 Rate limit exceeded", Kind::retry_transport},
};

constexpr Row kFailRecipient[] = {
    {"Gmail", Stage::rcpt, "550-5.1.1 The email account that you tried to reach does not exist.",
     Kind::fail_recipient},
    {"Gmail", Stage::rcpt, "550 5.2.1 The email account that you tried to reach is inactive.",
     Kind::fail_recipient},
    {"Gmail", Stage::rcpt, "553 5.1.3 The recipient address <a> is not a valid RFC 5321 address.",
     Kind::fail_recipient},
    {"Exchange Online", Stage::rcpt, "550 5.4.1 Recipient address rejected: Access denied.",
     Kind::fail_recipient},
    {"Exchange Online", Stage::rcpt,
     "550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient not "
     "found by SMTP address lookup",
     Kind::fail_recipient},
    {"Exchange", Stage::rcpt, "550 5.1.1 User unknown", Kind::fail_recipient},
    {"Outlook.com", Stage::rcpt, "550 5.5.0 Requested action not taken: mailbox unavailable",
     Kind::fail_configuration},
    {"Exchange Online", Stage::dot, "550 5.4.310 DNS domain x does not exist",
     Kind::fail_recipient},
    {"Postfix", Stage::rcpt,
     "550 5.1.1 <a@x>: Recipient address rejected: User unknown in local "
     "recipient table",
     Kind::fail_recipient},
    {"Postfix", Stage::rcpt, "550 5.1.0 <a@x>: Recipient address rejected: undeliverable",
     Kind::fail_recipient},
    {"Postfix", Stage::rcpt, "501 5.1.3 Bad recipient address syntax", Kind::fail_recipient},
    {"Postfix", Stage::rcpt, "556 5.1.10 <a@x>: Recipient address rejected: Domain has a null MX",
     Kind::fail_recipient},
    {"Postfix", Stage::rcpt, "550 5.1.2 <a@x>: Recipient address rejected: Domain not found",
     Kind::fail_recipient},
    {"Postfix", Stage::rcpt, "550 5.1.6 <a@x>: Recipient address rejected: User has moved",
     Kind::fail_recipient},
    {"Yahoo", Stage::dot, "554 5.1.1 delivery error: dd This user doesn't have a yahoo.com account",
     Kind::fail_recipient},
    {"Yahoo", Stage::dot, "554 delivery error: dd This mailbox is disabled (554.30)",
     Kind::fail_recipient},
    {"Yahoo", Stage::dot,
     "554 delivery error: dd Sorry, your message cannot be delivered. This "
     "mailbox is disabled",
     Kind::fail_recipient},
    {"AOL", Stage::rcpt, "550 5.1.1 <a@aol.com>: Recipient address rejected: aol.com",
     Kind::fail_recipient},
    {"iCloud", Stage::rcpt, "550 5.1.1 unknown or illegal alias: a@icloud.com",
     Kind::fail_recipient},
    {"Exim", Stage::rcpt, "550 Unrouteable address", Kind::fail_recipient},
    {"Exim", Stage::rcpt, "550 No such user here", Kind::fail_recipient},
    {"Exim", Stage::rcpt, "550 <a@x>: unknown user", Kind::fail_recipient},
    {"Sendmail", Stage::rcpt, "550 5.1.1 <a@x>... User unknown", Kind::fail_recipient},
    {"qmail", Stage::rcpt, "550 sorry, no mailbox here by that name (#5.1.1)",
     Kind::fail_recipient},
    {"qmail", Stage::rcpt, "511 sorry, no mailbox here by that name (chkuser)",
     Kind::fail_recipient},
    {"OpenSMTPD", Stage::rcpt, "550 Invalid recipient: <a@x>", Kind::fail_recipient},
    {"GMX", Stage::rcpt, "550 Requested action not taken: mailbox unavailable",
     Kind::fail_recipient},
    {"mail.ru", Stage::rcpt,
     "550 Message was not accepted -- invalid mailbox. Local mailbox "
     "a@mail.ru is unavailable: user not found",
     Kind::fail_recipient},
    {"QQ", Stage::dot, "550 Mailbox not found. http://service.mail.qq.com", Kind::fail_recipient},
    {"163", Stage::rcpt, "550 User not found: a@163.com", Kind::fail_recipient},
    {"Proofpoint", Stage::rcpt, "550 5.1.1 <a@x>: Recipient not found.", Kind::fail_recipient},
    {"Mimecast", Stage::rcpt, "550 Invalid Recipient - https://community.mimecast.com",
     Kind::fail_recipient},
    {"Barracuda", Stage::rcpt, "550 No such recipient here", Kind::fail_recipient},
    {"Fastmail", Stage::rcpt, "550 5.1.1 <a@x>: Recipient address rejected: User unknown",
     Kind::fail_recipient},
    {"an old server", Stage::rcpt, "551 User not local; please try <a@y>", Kind::fail_recipient},
    {"Proton", Stage::rcpt,
     "550 5.1.1 <a@proton.me>: Recipient address rejected: Address does not "
     "exist",
     Kind::fail_recipient},
};

constexpr Row kFailMessage[] = {
    {"Gmail", Stage::dot, "550-5.7.26 Unauthenticated email from y is not accepted due to DMARC",
     Kind::fail_message},
    {"Gmail", Stage::dot, "550-5.7.1 Our system has detected that this message is likely spam",
     Kind::fail_message},
    {"Gmail", Stage::dot, "552-5.7.0 This message was blocked because its content presents a risk",
     Kind::fail_message},
    {"Gmail", Stage::dot, "552 5.3.4 Your message exceeded Google's message size limits.",
     Kind::fail_message},
    {"Gmail", Stage::dot, "550 5.7.25 The IP address sending this message has no PTR record",
     Kind::fail_message},
    {"Exchange Online", Stage::dot,
     "550 5.7.515 Access denied, sending domain y does not meet the "
     "required authentication level",
     Kind::fail_message},
    {"Exchange Online", Stage::dot,
     "550 5.7.509 Access denied, sending domain y does not pass "
     "DMARC verification",
     Kind::fail_message},
    {"Exchange", Stage::rcpt, "550 5.7.1 Unable to relay", Kind::fail_message},
    {"Exchange", Stage::mail, "552 5.3.4 Message size exceeds fixed maximum message size",
     Kind::fail_message},
    {"Exchange Online", Stage::dot,
     "554 5.2.0 STOREDRV.Deliver.Exception; Failed to process "
     "message",
     Kind::fail_message},
    {"Yahoo", Stage::dot, "554 5.7.9 Message not accepted for policy reasons.", Kind::fail_message},
    {"Yahoo", Stage::dot, "554 Message not allowed - [PH01] Email not accepted for policy reasons",
     Kind::fail_message},
    {"SES", Stage::dot, "554 Message rejected: Email address is not verified.", Kind::fail_message},
    {"SES", Stage::dot, "554 Transaction failed: Duplicate header 'Subject'.", Kind::fail_message},
    {"Postfix", Stage::rcpt, "554 5.7.1 <a@x>: Relay access denied", Kind::fail_message},
    {"Postfix", Stage::mail, "553 5.7.1 <b@y>: Sender address rejected: not owned by user c",
     Kind::fail_message},
    {"Postfix", Stage::dot, "550 5.7.1 Message content rejected", Kind::fail_message},
    {"Postfix", Stage::dot, "554 5.6.0 Message header rejected", Kind::fail_message},
    {"Postfix", Stage::dot, "552 5.3.4 Message file too big", Kind::fail_message},
    {"SpamAssassin", Stage::dot, "550 5.7.1 Blocked by SpamAssassin", Kind::fail_message},
    {"Exim", Stage::dot, "550 This message was classified as SPAM and may not be delivered",
     Kind::fail_message},
    {"Exim", Stage::dot, "552 Message size exceeds maximum permitted", Kind::fail_message},
    {"Sendmail", Stage::mail, "552 5.2.3 Message size exceeds fixed maximum message size",
     Kind::fail_message},
    {"Spamhaus user", Stage::rcpt,
     "550 5.7.1 Service unavailable; Client host [192.0.2.1] blocked "
     "using zen.spamhaus.org",
     Kind::fail_message},
    {"Cloudmark", Stage::dot, "550 5.7.1 [CS01] Message blocked due to spam content",
     Kind::fail_message},
    {"Mimecast", Stage::dot, "554 Email rejected due to security policies", Kind::fail_message},
    {"Barracuda", Stage::dot, "554 rejected due to spam content", Kind::fail_message},
    {"mail.ru", Stage::dot, "550 spam message rejected. Please visit http://help.mail.ru",
     Kind::fail_message},
    {"QQ", Stage::dot, "550 Mail content denied.", Kind::fail_message},
    {"Postfix", Stage::data, "554 5.5.1 Error: no valid recipients", Kind::fail_message},
    {"an old server", Stage::rcpt, "501 Syntax error in parameters or arguments",
     Kind::fail_message},
    {"an old server", Stage::dot, "554 Transaction failed", Kind::fail_message},
};

constexpr Row kFailConfiguration[] = {
    {"Gmail", Stage::auth, "535-5.7.8 Username and Password not accepted.",
     Kind::fail_configuration},
    {"Gmail", Stage::auth, "534-5.7.9 Application-specific password required.",
     Kind::fail_configuration},
    {"Gmail", Stage::mail, "530-5.7.0 Must issue a STARTTLS command first.",
     Kind::fail_configuration},
    {"Exchange Online", Stage::auth,
     "535 5.7.139 Authentication unsuccessful, SmtpClientAuth is "
     "disabled for the Tenant.",
     Kind::fail_configuration},
    {"Exchange Online", Stage::mail, "530 5.7.57 Client not authenticated to send mail.",
     Kind::fail_configuration},
    {"Exchange", Stage::auth, "504 5.7.4 Unrecognized Authentication Type",
     Kind::fail_configuration},
    {"SES", Stage::auth, "535 Authentication Credentials Invalid", Kind::fail_configuration},
    {"SES", Stage::mail, "530 Must issue a STARTTLS command first", Kind::fail_configuration},
    {"SendGrid", Stage::auth, "535 Authentication failed: account disabled",
     Kind::fail_configuration},
    {"Mailgun", Stage::auth, "535 5.7.0 Mailgun is not loving your login or password",
     Kind::fail_configuration},
    {"Postmark", Stage::auth, "535 5.7.8 Authentication credentials invalid",
     Kind::fail_configuration},
    {"Postfix", Stage::auth, "535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6",
     Kind::fail_configuration},
    {"Postfix", Stage::auth, "538 5.7.11 Encryption required for requested mechanism",
     Kind::fail_configuration},
    {"Postfix", Stage::mail, "530 5.7.0 Must issue a STARTTLS command first",
     Kind::fail_configuration},
    {"Postfix", Stage::rcpt, "530 5.7.1 Authentication required", Kind::fail_configuration},
    {"Postfix", Stage::mail, "555 5.5.4 Unsupported option: SMTPUTF8", Kind::fail_configuration},
    {"Postfix", Stage::mail, "501 5.1.7 Bad sender address syntax", Kind::fail_configuration},
    {"Postfix", Stage::rcpt, "550 5.1.8 <b@y>: Sender address rejected: Domain not found",
     Kind::fail_configuration},
    {"Postfix", Stage::mail, "550 5.1.0 <b@y>: Sender address rejected: User unknown",
     Kind::fail_configuration},
    {"Postfix", Stage::rcpt, "503 5.5.1 Error: need MAIL command", Kind::fail_configuration},
    {"Sendmail", Stage::mail, "503 5.0.0 Polite people say HELO first", Kind::fail_configuration},
    {"Exim", Stage::mail, "503 sender not yet given", Kind::fail_configuration},
    {"Exim", Stage::mail, "501 <b>: sender address must contain a domain",
     Kind::fail_configuration},
    {"Zoho", Stage::auth, "535 Authentication Failed", Kind::fail_configuration},
};

INSTANTIATE_TEST_SUITE_P(Delivered, Replies, testing::ValuesIn(kDelivered));
INSTANTIATE_TEST_SUITE_P(RetryMessage, Replies, testing::ValuesIn(kRetryMessage));
INSTANTIATE_TEST_SUITE_P(RetryTransport, Replies, testing::ValuesIn(kRetryTransport));
INSTANTIATE_TEST_SUITE_P(FailRecipient, Replies, testing::ValuesIn(kFailRecipient));
INSTANTIATE_TEST_SUITE_P(FailMessage, Replies, testing::ValuesIn(kFailMessage));
INSTANTIATE_TEST_SUITE_P(FailConfiguration, Replies, testing::ValuesIn(kFailConfiguration));

TEST(ReplyTable, IsLong) {
    EXPECT_GE(std::size(kDelivered) + std::size(kRetryMessage) + std::size(kRetryTransport) +
                  std::size(kFailRecipient) + std::size(kFailMessage) +
                  std::size(kFailConfiguration),
              120U);
}

TEST(Silence, IsADoubtOnlyAfterTheFinalDot) {
    for (const Stage stage : {Stage::connect, Stage::greeting, Stage::hello, Stage::starttls,
                              Stage::auth, Stage::mail, Stage::rcpt, Stage::data, Stage::body}) {
        EXPECT_EQ(classify_reply(stage, "").kind, Kind::retry_transport) << name_of(stage);
    }
    EXPECT_EQ(classify_reply(Stage::dot, "").kind, Kind::in_doubt);
    EXPECT_EQ(classify_reply(Stage::dot, "garbage").kind, Kind::in_doubt);
    EXPECT_EQ(classify_reply(Stage::data, "354 go on").kind, Kind::retry_transport);
}

TEST(EnhancedCodes, GiveWayToTheReplyCodeWhereBothDisagree) {
    EXPECT_EQ(classify_reply(Stage::rcpt, "450 5.1.1 not yet").kind, Kind::retry_message);
    EXPECT_EQ(classify_reply(Stage::rcpt, "550 4.1.1 nobody").kind, Kind::fail_recipient);
    EXPECT_EQ(classify_reply(Stage::rcpt, "550 5.1.1111 nobody").kind, Kind::fail_message);
    EXPECT_EQ(classify_reply(Stage::rcpt, "550 [5.1.1] nobody").kind, Kind::fail_recipient);
}

}  // namespace
}  // namespace tripos::mail::detail
