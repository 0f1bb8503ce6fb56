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
    std::string subject;  ///< UTF-8, no HTML
    std::string html;     ///< a whole document
};

/// The link that proves an address. Whoever gets it may not have asked for it.
struct VerificationModel {
    std::string full_name;              ///< that whoever asked gave
    Timestamp when{};                   ///< of the asking
    std::string ip;                     ///< it came from; may be empty
    std::string link;                   ///< absolute http(s) address of the verification page
    std::chrono::minutes expires_in{};  ///< from now
};

/// The link by which a person on a roster gets an account.
struct InvitationModel {
    std::string full_name;              ///< as staff have it
    std::string link;                   ///< absolute http(s) address of the page
    std::chrono::minutes expires_in{};  ///< from now
};

/// The code, or the link, that stands for a forgotten password.
struct PasswordOtpModel {
    std::string full_name;              ///< as the greeting has it
    std::string code;                   ///< six digits; never in the subject, which is not sealed
    std::string link;                   ///< absolute http(s) address of the page that needs none
    std::chrono::minutes expires_in{};  ///< from now
};

/// The notice after a change of password.
struct PasswordChangedModel {
    std::string full_name;  ///< as the greeting has it
    Timestamp when{};       ///< of the change
    std::string ip;         ///< it came from
    std::string device;     ///< the User-Agent, or empty
};

/// The link that confirms a new address.
struct EmailChangeModel {
    std::string full_name;              ///< as the greeting has it
    std::string new_email;              ///< that it goes to
    std::string link;                   ///< absolute http(s) address of the confirmation page
    std::chrono::minutes expires_in{};  ///< from now
};

/// Goes to the address that is about to be replaced.
struct EmailChangeNoticeModel {
    std::string full_name;  ///< as the greeting has it
    std::string new_email;  ///< that replaces this one
    Timestamp when{};       ///< it was asked for
    std::string ip;         ///< it was asked from
    std::string device;     ///< the User-Agent, or empty
    std::string link;       ///< absolute http(s) address of the page that undoes the change
    std::chrono::minutes expires_in{};  ///< from now
};

/// What `LetterModel::body` is.
enum class BodyFormat {
    text,  ///< escaped; blank lines separate paragraphs, line breaks are kept
    html,  ///< its body is put in: html_body(); only for authors who may write HTML
};

/// What staff write.
struct LetterModel {
    std::string subject;                   ///< UTF-8, no HTML
    std::string body;                      ///< in `format`
    BodyFormat format = BodyFormat::text;  ///< of the body
};

/// Stands in a rendered newsletter where each recipient's own link goes; with_unsubscribe_link()
/// puts it there.
inline constexpr std::string_view kUnsubscribeLink = "{{unsubscribeLink}}";
/// `link`: an absolute http(s) address.
std::string with_unsubscribe_link(std::string html, std::string_view link);

/// The news that a result can be read, or has changed.
struct ResultModel {
    std::string full_name;   ///< as the greeting has it
    std::string exam_title;  ///< UTF-8, no HTML
    std::string link;        ///< absolute http(s) address of the result
};

Rendered render_newsletter(const LetterModel& model);  ///< to a list, with a link to leave it
Rendered render_results_published(const ResultModel& model);
Rendered render_result_corrected(const ResultModel& model);
Rendered render_verification(const VerificationModel& model);
Rendered render_invitation(const InvitationModel& model);
Rendered render_password_otp(const PasswordOtpModel& model);
Rendered render_password_changed(const PasswordChangedModel& model);
Rendered render_email_change(const EmailChangeModel& model);
Rendered render_email_change_notice(const EmailChangeNoticeModel& model);
Rendered render_notification(const LetterModel& model);  ///< to a circle of accounts

}  // namespace tripos::mail
