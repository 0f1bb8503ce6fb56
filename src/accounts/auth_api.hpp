// SPDX-License-Identifier: MIT
#pragma once
// AuthApi: the routes /api/auth/*.

#include "accounts/guard.hpp"
#include "accounts/known_device.hpp"
#include "accounts/login_service.hpp"
#include "accounts/password_service.hpp"
#include "accounts/signup_service.hpp"
#include "http/router.hpp"

namespace tripos::accounts {

/// Thread-safe. Outlives the router; what it refers to outlives it.
class AuthApi {
  public:
    struct AuthParts {
        SignupService& signup;
        LoginService& login;
        PasswordService& password;
    };
    AuthApi(const AccountsParts& parts, const Guard& guard, AuthParts services);

    void add_routes(http::Router& router);

  private:
    void add_registration_routes(http::Router& router);
    void add_password_routes(http::Router& router);

    Task<http::Reply> sign_up(http::Request& request);
    Task<http::Reply> verify_email(http::Request& request, std::string token);
    Task<http::Reply> resend_verification(http::Request& request);
    Task<http::Reply> log_in(http::Request& request);
    Task<http::Reply> log_out(http::Request& request);
    Task<http::Reply> forgot_password(http::Request& request);
    Task<http::Reply> reset_password(http::Request& request);
    Task<http::Reply> reset_by_link(http::Request& request, std::string token);
    Task<http::Reply> change_password(http::Request& request, const Principal& principal);

    /// Why the password cannot be a new one, though it is long enough; its member is `name`.
    Task<std::optional<Error>> refuse_common(std::string name, Secret password,
                                             const limits::Claim& claim) const;

    /// The value of Set-Cookie for a new token.
    std::string new_cookie(const std::string& token) const;

    http::Reply logged_in(const http::Request& request, const Result<LoggedIn>& done) const;
    /// The answer to a reset: who has read the mail is known from now on.
    http::Reply reset_done(const http::Request& request, const Result<User>& done) const;
    /// An account, or the recipient of its mails, as this browser may try it.
    Task<limits::Subject> subject_of(const http::Request& request,
                                     const mail::Address& email) const;

    const AccountsParts& parts_;
    const Guard& guard_;
    const KnownDevice device_;
    AuthParts services_;
};

}  // namespace tripos::accounts
