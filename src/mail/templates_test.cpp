// SPDX-License-Identifier: MIT
#include "mail/templates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "mail/message.hpp"

namespace tripos::mail {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr const char* kHostile = "<script>alert('x')</script>\"&{{link}}";
constexpr const char* kEscaped =
    "&lt;script&gt;alert(&apos;x&apos;)&lt;/script&gt;&quot;&amp;{{link}}";

Timestamp at_half_past_nine() {
    return std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) +
           std::chrono::minutes(9 * 60 + 30);
}

/// The library may write an apostrophe as &#39; or &apos;.
std::string with_one_apostrophe(std::string html) {
    for (std::size_t at = 0; (at = html.find("&#39;", at)) != std::string::npos;) {
        html.replace(at, 5, "&apos;");
    }
    return html;
}

std::vector<Rendered> hostile_mails() {
    const std::string hostile = kHostile;
    return {
        render_verification({.full_name = hostile, .link = "https://x.example", .expires_in = {}}),
        render_verification({.full_name = "Ada", .link = hostile, .expires_in = {}}),
        render_verification({.full_name = "Ada", .ip = hostile, .link = "x", .expires_in = {}}),
        render_invitation({.full_name = hostile, .link = "x", .expires_in = {}}),
        render_invitation({.full_name = "Ada", .link = hostile, .expires_in = {}}),
        render_password_otp({.full_name = hostile, .code = "123456", .expires_in = {}}),
        render_password_otp({.full_name = "Ada", .code = hostile, .expires_in = {}}),
        render_password_changed({.full_name = hostile, .when = {}, .ip = "::1", .device = "x"}),
        render_password_changed({.full_name = "Ada", .when = {}, .ip = hostile, .device = "x"}),
        render_password_changed({.full_name = "Ada", .when = {}, .ip = "::1", .device = hostile}),
        render_email_change({.full_name = hostile, .new_email = "x", .link = "x"}),
        render_email_change({.full_name = "Ada", .new_email = hostile, .link = "x"}),
        render_email_change({.full_name = "Ada", .new_email = "x", .link = hostile}),
        render_email_change_notice({.full_name = hostile}),
        render_email_change_notice({.full_name = "Ada", .new_email = hostile}),
        render_email_change_notice({.full_name = "Ada", .ip = hostile}),
        render_email_change_notice({.full_name = "Ada", .device = hostile}),
        render_email_change_notice({.full_name = "Ada", .link = hostile}),
        render_results_published({.full_name = hostile, .exam_title = "x", .link = "x"}),
        render_results_published({.full_name = "Ada", .exam_title = hostile, .link = "x"}),
        render_results_published({.full_name = "Ada", .exam_title = "x", .link = hostile}),
        render_result_corrected({.full_name = "Ada", .exam_title = hostile, .link = "x"}),
        render_newsletter({.subject = hostile, .body = "x"}),
        render_newsletter({.subject = "x", .body = hostile}),
        render_notification({.subject = hostile, .body = "x"}),
        render_notification({.subject = "x", .body = hostile})};
}

TEST(Templates, EveryValueIsEscaped) {
    for (const auto& mail : hostile_mails()) {
        EXPECT_THAT(mail.html, Not(HasSubstr("<script")));
        EXPECT_THAT(with_one_apostrophe(mail.html), HasSubstr(kEscaped));
    }
}

TEST(Templates, EveryMailHasTheLayoutOnceAndFitsTheClippingLimitOfMailClients) {
    for (const auto& mail : hostile_mails()) {
        EXPECT_TRUE(mail.html.starts_with("<!doctype html>"));
        EXPECT_EQ(mail.html.find("</html>"), mail.html.rfind("</html>"));
        EXPECT_LT(mail.html.size(), 100U * 1024);
        EXPECT_FALSE(mail.subject.empty());
    }
}

TEST(Templates, VerificationSaysWhoAskedWhenAndFromWhereThenTheLinkAndHowLongItLives) {
    const auto mail =
        render_verification({.full_name = "Ada Lovelace",
                             .when = at_half_past_nine(),
                             .ip = "192.0.2.7",
                             .link = "https://exam.example.org/verify-email?token=abc",
                             .expires_in = std::chrono::hours(24)});
    EXPECT_EQ(mail.subject, "Confirm your e-mail address");
    const std::string text = html_to_text(mail.html);
    EXPECT_THAT(text, HasSubstr("Confirm your e-mail address\n\nSomebody who gave the name Ada "
                                "Lovelace asked for an account with this address on 23 November "
                                "2026, 09:30 UTC, from 192.0.2.7."));
    EXPECT_THAT(
        text,
        HasSubstr("Confirm e-mail address (https://exam.example.org/verify-email?token=abc)"));
    EXPECT_THAT(text, HasSubstr("for 24 hours"));
}

TEST(Templates, OneTimeCodeIsInTheBodyAndNotInTheSubject) {
    const auto mail = render_password_otp({.full_name = "Ada",
                                           .code = "042917",
                                           .link = "https://x.example/reset-password?token=abc",
                                           .expires_in = std::chrono::minutes(10)});
    EXPECT_THAT(html_to_text(mail.html), HasSubstr("\n042917\n"));
    EXPECT_THAT(html_to_text(mail.html),
                HasSubstr("Choose a new password (https://x.example/reset-password?token=abc)"));
    EXPECT_THAT(mail.html, HasSubstr("10 minutes"));
    EXPECT_THAT(mail.subject, Not(HasSubstr("042917")));
}

TEST(Templates, PasswordChangeSaysWhenFromWhereAndWithWhat) {
    const auto mail = render_password_changed({.full_name = "Ada",
                                               .when = at_half_past_nine(),
                                               .ip = "192.0.2.7",
                                               .device = "Firefox on Debian"});
    const std::string text = html_to_text(mail.html);
    EXPECT_THAT(
        text,
        HasSubstr("When 23 November 2026, 09:30 UTC\nFrom 192.0.2.7\nDevice Firefox on Debian"));
    EXPECT_THAT(render_password_changed({.full_name = "Ada"}).html, HasSubstr(">unknown<"));
}

TEST(Templates, AddressChangeShowsTheNewAddressAndItsLink) {
    const auto mail = render_email_change({.full_name = "Ada Lovelace",
                                           .new_email = "ada@new.example",
                                           .link = "https://x.example/confirm-email?token=abc",
                                           .expires_in = std::chrono::hours(24)});
    EXPECT_EQ(mail.subject, "Confirm your new e-mail address");
    const std::string text = html_to_text(mail.html);
    EXPECT_THAT(text, HasSubstr("Hello Ada Lovelace,"));
    EXPECT_THAT(text, HasSubstr("ada@new.example"));
    EXPECT_THAT(text, HasSubstr("Use this address (https://x.example/confirm-email?token=abc)"));
    EXPECT_THAT(text, HasSubstr("for 24 hours"));
}

TEST(Templates, AddressChangeNoticeSaysWhatWhenFromWhereAndHowToUndoIt) {
    const auto mail =
        render_email_change_notice({.full_name = "Ada",
                                    .new_email = "eve@new.example",
                                    .when = at_half_past_nine(),
                                    .ip = "192.0.2.7",
                                    .device = "Firefox on Debian",
                                    .link = "https://x.example/revert-email?token=abc",
                                    .expires_in = std::chrono::days(7)});
    const std::string text = html_to_text(mail.html);
    EXPECT_THAT(text, HasSubstr("New address eve@new.example\n"
                                "When 23 November 2026, 09:30 UTC\nFrom 192.0.2.7\n"
                                "Device Firefox on Debian"));
    EXPECT_THAT(text, HasSubstr("Undo the change (https://x.example/revert-email?token=abc)"));
    EXPECT_THAT(text, HasSubstr("for 7 days"));
}

TEST(Templates, NotificationKeepsParagraphsAndLinesOfText) {
    const auto mail =
        render_notification({.subject = "Room change", .body = "One\r\nTwo\n\n\nThree <b>\n"});
    EXPECT_EQ(mail.subject, "Room change");
    EXPECT_THAT(mail.html, HasSubstr("One<br>Two</p>"));
    EXPECT_THAT(mail.html, HasSubstr(">Three &lt;b&gt;</p>"));
}

TEST(Templates, ResultsPublishedNamesTheExamAndLeadsToTheResult) {
    const auto mail = render_results_published(
        {.full_name = "Ada", .exam_title = "Algebra I", .link = "https://x.example/results/7"});
    EXPECT_EQ(mail.subject, "Results of Algebra I");
    const std::string text = html_to_text(mail.html);
    EXPECT_THAT(text, HasSubstr("the results of Algebra I have been published"));
    EXPECT_THAT(text, HasSubstr("See my result (https://x.example/results/7)"));
}

TEST(Templates, ResultCorrectedNamesTheExamAndLeadsToTheResult) {
    const auto mail = render_result_corrected(
        {.full_name = "Ada", .exam_title = "Algebra I", .link = "https://x.example/results/7"});
    EXPECT_EQ(mail.subject, "Your result of Algebra I was corrected");
    const std::string text = html_to_text(mail.html);
    EXPECT_THAT(text, HasSubstr("the grading of Algebra I was corrected"));
    EXPECT_THAT(text, HasSubstr("See my result (https://x.example/results/7)"));
}

TEST(Templates, NewsletterCarriesEachRecipientsOwnLinkToLeave) {
    const auto mail = render_newsletter({.subject = "News", .body = "Hello"});
    const auto mine = with_unsubscribe_link(mail.html, "https://x.example/u/1?a=b&c=d");
    EXPECT_THAT(mine, Not(HasSubstr(std::string(kUnsubscribeLink))));
    EXPECT_THAT(mine, HasSubstr("href=\"https://x.example/u/1?a=b&amp;c=d\""));
    EXPECT_THAT(html_to_text(mine), HasSubstr("Unsubscribe (https://x.example/u/1?a=b&c=d)"));
    EXPECT_THAT(render_notification({.subject = "x", .body = "y"}).html,
                Not(HasSubstr("Unsubscribe")));
}

TEST(Templates, NotificationOfAnAuthorMayBeHtml) {
    const auto mail = render_notification(
        {.subject = "News", .body = "<p>Dear <b>all</b></p>", .format = BodyFormat::html});
    EXPECT_THAT(mail.html, HasSubstr("<p>Dear <b>all</b></p>"));
}

TEST(Templates, AWholeDocumentOfAnAuthorBecomesThePartOfOne) {
    const auto mail = render_newsletter(
        {.subject = "News",
         .body = "<!DOCTYPE html><html><head><title>T</title><style>.x > p{}</style></head><body>"
                 "<div><p>Dear all <a href=\"{{unsubscribeLink}}\">leave</a></body></html>",
         .format = BodyFormat::html});
    for (const char* once :
         {"<html", "</html>", "<head>", "<title>", "<body", "</body>", "<!doctype"}) {
        const auto first = mail.html.find(once);
        ASSERT_NE(first, std::string::npos) << once;
        EXPECT_EQ(mail.html.find(once, first + 1), std::string::npos) << once;
    }
    EXPECT_THAT(mail.html, HasSubstr("<style>.x > p{}</style><div><p>Dear all "));
    const auto mine = with_unsubscribe_link(mail.html, "https://x.example/u/1");
    const auto text = html_to_text(mine);
    EXPECT_THAT(text, HasSubstr("leave (https://x.example/u/1)"));
    EXPECT_THAT(text, HasSubstr("Unsubscribe (https://x.example/u/1)"));
}

}  // namespace
}  // namespace tripos::mail
