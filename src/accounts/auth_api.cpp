// SPDX-License-Identifier: MIT
#include "accounts/auth_api.hpp"

#include "accounts/actor.hpp"

#include "accounts/form_fields.hpp"
#include "accounts/session_cookie.hpp"
#include "accounts/shapes.hpp"
#include "accounts/user_json.hpp"

namespace tripos::accounts {

namespace {

namespace schema = http::schema;
using http::Operation;

}  // namespace

AuthApi::AuthApi(const AccountsParts& parts, const Guard& guard, AuthParts services)
    : parts_(parts), guard_(guard), services_(services), limiter_(parts.clock) {}

void AuthApi::add_routes(http::Router& router) {
    add_registration_routes(router);
    add_password_routes(router);
    const http::Members session{{"user", shapes::login()}, {"accessToken", schema::text()}};
    router.post(
        "/api/auth/login", http::open(this, &AuthApi::log_in),
        Operation("Accounts", "Log in")
            .details("The token comes in the body and in the cookie accessToken.")
            .takes({{"email", schema::text()}, {"password", schema::text()}})
            .answers(200, "Logged in", session)
            .refuses(401, {"unauthorized"})
            .refuses(403, {"email_not_verified", "account_disabled"}, {{"email?", schema::text()}})
            .refuses(429, {"rate_limited"}));
    router.post("/api/auth/logout", http::open(this, &AuthApi::log_out),
                Operation("Accounts", "Log out")
                    .answers(200, "The session has ended, or there was none")
                    .refuses(403, {"cross_site"}));
}

void AuthApi::add_registration_routes(http::Router& router) {
    const http::Members email{{"email", schema::text()}};
    router.post("/api/auth/signup", http::open(this, &AuthApi::sign_up),
                Operation("Accounts", "Sign up")
                    .details("A verification mail is on its way.")
                    .takes({{"fullName", schema::text()},
                            {"email", schema::text()},
                            {"password", schema::text()}})
                    .answers(201, "Signed up")
                    .refuses(409, {"email_taken"})
                    .refuses(429, {"rate_limited"}));
    router.post("/api/auth/verify-email/:token",
                http::open(this, http::PathText{"token"}, &AuthApi::verify_email),
                Operation("Accounts", "Verify an address with the token of the mail")
                    .details("The account has the name and the password of the sign-up that the "
                             "mail belongs to. Pages should ask for that password, or set another: "
                             "somebody else may have signed up with the address.")
                    .may_take({{"password?", schema::text().nullable()},
                               {"newPassword?", schema::text().nullable()}})
                    .answers(200, "Verified, now or before")
                    .refuses(400, {"invalid_token", "password_required"})
                    .refuses(429, {"rate_limited"}));
    router.post("/api/auth/resend-verification", http::open(this, &AuthApi::resend_verification),
                Operation("Accounts", "Send the verification mail again")
                    .takes(email)
                    .answers(200, "The same, whether or not the address is known")
                    .refuses(429, {"rate_limited"}));
}

void AuthApi::add_password_routes(http::Router& router) {
    router.post("/api/auth/forgot-password", http::open(this, &AuthApi::forgot_password),
                Operation("Accounts", "Send a one-time code for a new password")
                    .takes({{"email", schema::text()}})
                    .answers(200, "The same, whether or not the address is known")
                    .refuses(429, {"rate_limited"}));
    router.post("/api/auth/reset-password", http::open(this, &AuthApi::reset_password),
                Operation("Accounts", "Set a new password with a one-time code")
                    .takes({{"email", schema::text()},
                            {"otp", schema::either({schema::text(), schema::integer()})},
                            {"newPassword", schema::text()}})
                    .answers(200, "Set; every session has ended"));
    router.post("/api/auth/change-password", guard_.authenticated(this, &AuthApi::change_password),
                Operation("Accounts", "Change the password")
                    .takes({{"currentPassword", schema::text()}, {"newPassword", schema::text()}})
                    .answers(200, "Changed; every other session has ended",
                             {{"accessToken", schema::text()}})
                    .refuses(409, {"password_changed"}));
}

std::optional<Error> AuthApi::limited(std::string key, RateLimit limit) {
    if (const auto wait = limiter_.hit(std::move(key), limit)) {
        return rate_limited("Too many attempts. Please try again later.", *wait);
    }
    return std::nullopt;
}

Task<http::Reply> AuthApi::sign_up(http::Request& request) {
    http::BodyReader body(request);
    SignupParams params;
    params.full_name = read_full_name(body);
    params.email = read_email(body);
    params.password = read_new_password(body, "password", parts_.options.passwords);
    params.ip = request.peer;
    if (const auto error = body.error()) {
        co_return *error;
    }
    if (auto refusal =
            limited("signup " + request.peer, parts_.options.limits.signup_per_address)) {
        co_return std::move(*refusal);
    }
    const auto done = co_await services_.signup.sign_up(std::move(params), stranger(request));
    co_return done ? http::Reply(http::success(201, "Signup successful. Please verify your email."))
                   : done.error();
}

Task<http::Reply> AuthApi::verify_email(http::Request& request, std::string token) {
    VerifyParams params{.token = std::move(token)};
    if (!request.body.empty()) {
        http::BodyReader body(request);
        if (body.has("password")) {
            params.password = read_password(body, "password");
        }
        if (body.has("newPassword")) {
            params.new_password = read_new_password(body, "newPassword", parts_.options.passwords);
        }
        if (const auto error = body.error()) {
            co_return *error;
        }
        const auto& limits = parts_.options.limits;
        auto refusal = limited("verify " + request.peer, limits.login_per_address);
        if (!refusal) {
            refusal = limited("verify " + params.token, limits.verify_per_link);
        }
        if (refusal) {
            co_return std::move(*refusal);
        }
    }
    const auto done = co_await services_.signup.verify(std::move(params), stranger(request));
    if (!done) {
        co_return done.error();
    }
    co_return http::success(
        200, *done == Activation::done ? "Email verified successfully" : "Email already verified");
}

Task<http::Reply> AuthApi::resend_verification(http::Request& request) {
    http::BodyReader body(request);
    auto email = read_email(body);
    if (const auto error = body.error()) {
        co_return *error;
    }
    if (auto refusal =
            limited("resend " + email.canonical, parts_.options.limits.resend_per_account)) {
        co_return std::move(*refusal);
    }
    co_await services_.signup.resend(std::move(email), request.peer);
    co_return http::success(
        200, "If the address belongs to an unverified account, a verification mail is on its way.");
}

Task<http::Reply> AuthApi::log_in(http::Request& request) {
    http::BodyReader body(request);
    LoginParams params{.email = read_email(body),
                       .password = read_password(body, "password"),
                       .whereabouts = whereabouts_of(request)};
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto& limits = parts_.options.limits;
    auto refusal = limited("login " + request.peer, limits.login_per_address);
    if (!refusal) {
        refusal = limited("login " + request.peer + " " + params.email.canonical,
                          limits.login_per_account);
    }
    if (refusal) {
        co_return std::move(*refusal);
    }
    const auto done = co_await services_.login.log_in(std::move(params), stranger(request));
    if (!done) {
        co_return done.error();
    }
    auto response = http::success(200, "Login successful",
                                  {{"user", login_json(done->user)}, {"accessToken", done->token}});
    response.with_header("Set-Cookie", new_cookie(done->token));
    co_return response;
}

std::string AuthApi::new_cookie(const std::string& token) const {
    return session_cookie(token, parts_.options.token_ttl, parts_.options.cookie);
}

Task<http::Reply> AuthApi::log_out(http::Request& request) {
    const auto credentials = guard_.credentials_of(request);
    if (!credentials.tokens.empty()) {
        if (const auto error = guard_.cross_site(request, credentials)) {
            co_return *error;
        }
        // A token that is no good any more is logged out already.
        const auto caller = co_await guard_.identify(credentials);
        if (caller) {
            co_await services_.login.log_out(*caller, actor_of(request, **caller));
        }
    }
    auto response = http::success(200, "Logout successful");
    end_session_cookies(response, parts_.options.cookie);
    co_return response;
}

Task<http::Reply> AuthApi::forgot_password(http::Request& request) {
    http::BodyReader body(request);
    auto email = read_email(body);
    if (const auto error = body.error()) {
        co_return *error;
    }
    if (auto refusal =
            limited("forgot " + email.canonical, parts_.options.limits.forgot_per_account)) {
        co_return std::move(*refusal);
    }
    co_await services_.password.forgot(std::move(email));
    co_return http::success(
        200, "If an account with this email exists, a one-time code is on its way to it.");
}

Task<http::Reply> AuthApi::reset_password(http::Request& request) {
    http::BodyReader body(request);
    ResetParams params;
    params.email = read_email(body);
    params.code = read_code(body);
    params.new_password = read_new_password(body, "newPassword", parts_.options.passwords);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto done = co_await services_.password.reset(std::move(params), stranger(request));
    co_return done ? http::Reply(http::success(
                         200, "Password reset successfully. Please log in with your new password."))
                   : done.error();
}

Task<http::Reply> AuthApi::change_password(http::Request& request, const Principal& principal) {
    http::BodyReader body(request);
    ChangeParams params;
    params.current = read_password(body, "currentPassword");
    params.replacement = read_new_password(body, "newPassword", parts_.options.passwords);
    params.whereabouts = whereabouts_of(request);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto token = co_await services_.password.change(principal, std::move(params),
                                                          actor_of(request, principal));
    if (!token) {
        co_return token.error();
    }
    auto response = http::success(200, "Password changed successfully", {{"accessToken", *token}});
    response.with_header("Set-Cookie", new_cookie(*token));
    co_return response;
}

}  // namespace tripos::accounts
