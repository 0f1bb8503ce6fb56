// SPDX-License-Identifier: MIT
#include "accounts/account_mails.hpp"

#include "accounts/harmless_name.hpp"
#include "mail/templates.hpp"

namespace tripos::accounts {

namespace {

notices::OutgoingMail to_user(const User& user, std::string kind, mail::Rendered rendered) {
    return {.kind = std::move(kind),
            .to = user.email,
            .subject = std::move(rendered.subject),
            .html = std::move(rendered.html),
            .priority = notices::Priority::normal(),
            .user_id = user.id};
}

std::chrono::minutes in_minutes(std::chrono::seconds duration) {
    return std::chrono::duration_cast<std::chrono::minutes>(duration);
}

std::string link_to(std::string_view base, std::string_view page, const std::string& token) {
    return std::string(base) + "/" + std::string(page) + "?token=" + token;
}

/// Every front end has the page that verifies an address; those about a change of address are ours
/// alone.
const std::string& verification_base(const AccountsOptions& options) {
    return options.frontend_url.empty() ? options.public_url : options.frontend_url;
}

/// A mail with a link or a code that is good for so long.
notices::OutgoingMail with_secret(notices::OutgoingMail mail, std::chrono::seconds valid_for) {
    mail.valid_for = valid_for;
    mail.priority = notices::Priority::urgent();
    mail.carries_secret = true;
    return mail;
}

}  // namespace

notices::OutgoingMail verification_mail(const PendingSignup& signup, const std::string& token,
                                        const AccountsOptions& options) {
    return with_secret(
        to_user({.id = signup.user_id, .email = signup.email}, "verification",
                mail::render_verification(
                    {.full_name = harmless_name(signup.full_name),
                     .when = signup.asked_at,
                     .ip = signup.ip,
                     .link = link_to(verification_base(options), "verify-email", token),
                     .expires_in = in_minutes(options.verification_ttl)})),
        options.verification_ttl);
}

notices::OutgoingMail invitation_mail(const PendingSignup& signup, const std::string& token,
                                      const AccountsOptions& options) {
    auto mail =
        with_secret(to_user({.id = signup.user_id, .email = signup.email}, "invitation",
                            mail::render_invitation(
                                {.full_name = harmless_name(signup.full_name),
                                 .link = link_to(options.public_url, "accept-invitation", token),
                                 .expires_in = in_minutes(options.invitation_ttl)})),
                    options.invitation_ttl);
    mail.priority = notices::Priority::normal();  // a whole year's at once
    return mail;
}

notices::OutgoingMail code_mail(const User& user, const std::string& code,
                                const std::string& link_token, const AccountsOptions& options) {
    return with_secret(
        to_user(user, "password_otp",
                mail::render_password_otp(
                    {.full_name = harmless_name(user.full_name),
                     .code = code,
                     .link = link_to(options.public_url, "reset-password", link_token),
                     .expires_in = in_minutes(options.code_ttl)})),
        options.code_ttl);
}

notices::OutgoingMail password_changed_mail(const User& user, const Whereabouts& whereabouts,
                                            Timestamp when) {
    return to_user(user, "password_changed",
                   mail::render_password_changed({.full_name = harmless_name(user.full_name),
                                                  .when = when,
                                                  .ip = whereabouts.ip,
                                                  .device = whereabouts.device}));
}

notices::OutgoingMail email_change_mail(const User& user, const EmailChange& change,
                                        const AccountsOptions& options) {
    auto mail = with_secret(
        to_user(user, "email_change",
                mail::render_email_change(
                    {.full_name = harmless_name(user.full_name),
                     .new_email = change.new_email.text,
                     .link = link_to(options.public_url, "confirm-email", change.confirm_token),
                     .expires_in = in_minutes(options.email_confirm_ttl)})),
        options.email_confirm_ttl);
    mail.to = change.new_email.text;
    return mail;
}

notices::OutgoingMail email_change_notice(const User& user, const EmailChange& change,
                                          const Whereabouts& whereabouts,
                                          const AccountsOptions& options) {
    return with_secret(
        to_user(user, "email_change_notice",
                mail::render_email_change_notice(
                    {.full_name = harmless_name(user.full_name),
                     .new_email = change.new_email.text,
                     .when = change.created_at,
                     .ip = whereabouts.ip,
                     .device = whereabouts.device,
                     .link = link_to(options.public_url, "revert-email", change.revert_token),
                     .expires_in = in_minutes(options.email_revert_ttl)})),
        options.email_revert_ttl);
}

}  // namespace tripos::accounts
