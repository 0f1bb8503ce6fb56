// SPDX-License-Identifier: MIT
#pragma once
// Templates: the mails Tripos writes, from typed models. Every value is escaped for HTML; one
// layout wraps them all. The files are templates/*.html (Mustache), embedded in the program. Pure
// functions, thread-safe.

#include <chrono>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace tripos::mail {

/// Subject as UTF-8 text (not HTML), body as a complete HTML document.
struct Rendered {
    std::string subject;
    std::string html;
};

struct VerificationModel {
    std::string full_name;
    std::string link;  ///< absolute http(s) address of the verification page
    std::chrono::minutes expires_in{};
};

struct PasswordOtpModel {
    std::string full_name;
    std::string code;  ///< six digits; never in the subject, which is not sealed
    std::chrono::minutes expires_in{};
};

struct PasswordChangedModel {
    std::string full_name;
    Timestamp when{};
    std::string ip;
    std::string device;  ///< the User-Agent, or empty
};

struct EmailChangeModel {
    std::string full_name;
    std::string new_email;
    std::string link;  ///< absolute http(s) address of the confirmation page
    std::chrono::minutes expires_in{};
};

/// Goes to the address that is about to be replaced.
struct EmailChangeNoticeModel {
    std::string full_name;
    std::string new_email;
    Timestamp when{};
    std::string ip;
    std::string device;  ///< the User-Agent, or empty
    std::string link;    ///< absolute http(s) address of the page that undoes the change
    std::chrono::minutes expires_in{};
};

/// What `NotificationModel::body` is.
enum class BodyFormat {
    text,  ///< escaped; blank lines separate paragraphs, line breaks are kept
    html,  ///< put in as it is: only for authors who may write HTML
};

struct NotificationModel {
    std::string subject;
    std::string body;
    BodyFormat format = BodyFormat::text;
};

struct NewsletterModel {
    std::string subject;
    std::string body;
    BodyFormat format = BodyFormat::text;
};

/// Stands in a rendered newsletter where each recipient's own link goes; with_unsubscribe_link()
/// puts it there.
inline constexpr std::string_view kUnsubscribeLink = "{{unsubscribeLink}}";
/// `link`: an absolute http(s) address.
std::string with_unsubscribe_link(std::string html, std::string_view link);

struct ResultsPublishedModel {
    std::string full_name;
    std::string exam_title;
    std::string link;  ///< absolute http(s) address of the result
};

Rendered render_newsletter(const NewsletterModel& model);
Rendered render_results_published(const ResultsPublishedModel& model);
Rendered render_verification(const VerificationModel& model);
Rendered render_password_otp(const PasswordOtpModel& model);
Rendered render_password_changed(const PasswordChangedModel& model);
Rendered render_email_change(const EmailChangeModel& model);
Rendered render_email_change_notice(const EmailChangeNoticeModel& model);
Rendered render_notification(const NotificationModel& model);

}  // namespace tripos::mail
