// SPDX-License-Identifier: MIT
#include "accounts/account_mails.hpp"

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

}  // namespace

notices::OutgoingMail verification_mail(const User& user, const std::string& token,
                                        const AccountsOptions& options) {
    const auto& base = options.frontend_url.empty() ? options.public_url : options.frontend_url;
    auto mail =
        to_user(user, "verification",
                mail::render_verification({.full_name = user.full_name,
                                           .link = base + "/verify-email?token=" + token,
                                           .expires_in = in_minutes(options.verification_ttl)}));
    mail.priority = notices::Priority::urgent();
    mail.carries_secret = true;
    return mail;
}

notices::OutgoingMail code_mail(const User& user, const std::string& code,
                                const AccountsOptions& options) {
    auto mail = to_user(user, "password_otp",
                        mail::render_password_otp({.full_name = user.full_name,
                                                   .code = code,
                                                   .expires_in = in_minutes(options.code_ttl)}));
    mail.priority = notices::Priority::urgent();
    mail.carries_secret = true;
    return mail;
}

notices::OutgoingMail password_changed_mail(const User& user, const Whereabouts& whereabouts,
                                            Timestamp when) {
    return to_user(user, "password_changed",
                   mail::render_password_changed({.full_name = user.full_name,
                                                  .when = when,
                                                  .ip = whereabouts.ip,
                                                  .device = whereabouts.device}));
}

}  // namespace tripos::accounts
