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

/// Of the browser that asked for a code.
constexpr std::string_view kAskerCookie = "resetAsker";
constexpr std::size_t kAskerBytes = 16;

std::optional<std::string> asker_under(std::string_view name, const http::Request& request) {
    for (const auto cookie : request.cookies(name)) {
        if (cookie.size() == 2 * kAskerBytes) {
            return std::string(cookie);
        }
    }
    return std::nullopt;
}

}  // namespace

AuthApi::AuthApi(const AccountsParts& parts, const Guard& guard, AuthParts services)
    : parts_(parts),
      guard_(guard),
      device_(parts.options.email_secret, parts.options.cookie, parts.clock, parts.random),
      services_(services) {}

void AuthApi::add_routes(http::Router& router) {
    add_registration_routes(router);
    add_password_routes(router);
    const auto& limits = parts_.options.limits;
    const http::Members session{{"user", shapes::login()}, {"accessToken", schema::text()}};
    router.post(
        "/api/auth/login", http::open(this, &AuthApi::log_in),
        Operation("Accounts", "Log in")
            .details("The token comes in the body and in the cookie accessToken.")
            .takes({{"email", schema::text()}, {"password", schema::text()}})
            .answers(200, "Logged in", session)
            .refuses(401, {"unauthorized"})
            .refuses(403, {"email_not_verified", "account_disabled"}, {{"email?", schema::text()}})
            .refuses(503, {"login_queue", "overloaded", "unavailable"},
                     {{"place?", schema::integer().says("In the line; kept for who returns")}})
            .limited({limits.log_in_per_client, limits.log_in_per_account,
                      limits.late_log_in_per_account}));
    router.post("/api/auth/logout", http::open(this, &AuthApi::log_out),
                Operation("Accounts", "Log out")
                    .answers(200, "The session has ended, or there was none")
                    .refuses(403, {"cross_site"})
                    .unlimited("It ends what its caller has"));
}

void AuthApi::add_registration_routes(http::Router& router) {
    const auto& limits = parts_.options.limits;
    const auto mails = limits.mails();
    const http::Members email{{"email", schema::text()}};
    router.post("/api/auth/signup", http::open(this, &AuthApi::sign_up),
                Operation("Accounts", "Sign up")
                    .details("A verification mail is on its way.")
                    .takes({{"fullName", schema::text()},
                            {"email", schema::text()},
                            {"password", schema::text()}})
                    .answers(201, "Signed up")
                    .refuses(409, {"email_taken"})
                    .limited(mails));
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
                    .limited({limits.links_per_client, limits.proofs_per_account}));
    router.post("/api/auth/resend-verification", http::open(this, &AuthApi::resend_verification),
                Operation("Accounts", "Send the verification mail again")
                    .takes(email)
                    .answers(200, "The same, whether or not the address is known")
                    .limited(mails));
}

void AuthApi::add_password_routes(http::Router& router) {
    const auto& limits = parts_.options.limits;
    router.post("/api/auth/forgot-password", http::open(this, &AuthApi::forgot_password),
                Operation("Accounts", "Send a one-time code, and a link, for a new password")
                    .details("The cookie resetAsker tells the browser that asked: nobody else's "
                             "wrong codes count against it.")
                    .takes({{"email", schema::text()}})
                    .answers(200, "The same, whether or not the address is known")
                    .limited(limits.mails()));
    router.post("/api/auth/reset-password", http::open(this, &AuthApi::reset_password),
                Operation("Accounts", "Set a new password with a one-time code")
                    .takes({{"email", schema::text()},
                            {"otp", schema::either({schema::text(), schema::integer()})},
                            {"newPassword", schema::text()}})
                    .answers(200, "Set; every session has ended")
                    .refuses(400, {"invalid_code", "use_link"})
                    .limited({limits.codes_per_client, limits.own_codes}));
    router.post("/api/auth/reset-password/:token",
                http::open(this, http::PathText{"token"}, &AuthApi::reset_by_link),
                Operation("Accounts", "Set a new password with the token of the mail's link")
                    .takes({{"newPassword", schema::text()}})
                    .answers(200, "Set; every session has ended")
                    .refuses(400, {"invalid_token"})
                    .limited({limits.links_per_client}));
    router.post("/api/auth/change-password", guard_.authenticated(this, &AuthApi::change_password),
                Operation("Accounts", "Change the password")
                    .takes({{"currentPassword", schema::text()}, {"newPassword", schema::text()}})
                    .answers(200, "Changed; every other session has ended",
                             {{"accessToken", schema::text()}})
                    .refuses(409, {"password_changed"})
                    .limited({limits.proofs_per_account}));
}

Task<std::optional<Error>> AuthApi::refuse_common(std::string name, Secret password,
                                                  const limits::Claim& claim) const {
    const auto& rules = parts_.options.passwords;
    if (!rules.refuse_common) {
        co_return std::nullopt;
    }
    const auto problem = co_await parts_.hasher.problem_of(std::move(password), rules, claim);
    if (!problem) {
        co_return problem.error();
    }
    co_return *problem ? std::optional(invalid_field(std::move(name), **problem)) : std::nullopt;
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
    const auto subject = co_await subject_of(request, params.email);
    const auto claim = parts_.limits.claim(request, subject);
    const auto common = co_await refuse_common("password", params.password, claim);
    if (common) {
        co_return *common;  // and no mail of theirs is counted
    }
    const auto admitted = co_await claim.admit();
    if (!admitted) {
        co_return admitted.error();
    }
    const auto done =
        co_await services_.signup.sign_up(std::move(params), claim, stranger(request));
    co_return done ? http::Reply(http::success(201, "Signup successful. Please verify your email."))
                   : done.error();
}

Task<http::Reply> AuthApi::verify_email(http::Request& request, std::string token) {
    VerifyParams params{.token = std::move(token)};
    http::BodyReader body(request, http::EmptyBody::allowed);
    if (body.has("password")) {
        params.password = read_password(body, "password");
    }
    if (body.has("newPassword")) {
        params.new_password = read_new_password(body, "newPassword", parts_.options.passwords);
    }
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto claim = parts_.limits.claim(request, limits::Subject());
    if (params.new_password) {
        const auto common = co_await refuse_common("newPassword", *params.new_password, claim);
        if (common) {
            co_return *common;
        }
    }
    const auto done = co_await services_.signup.verify(std::move(params), claim, stranger(request));
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
    const auto subject = co_await subject_of(request, email);
    const auto admitted = co_await parts_.limits.claim(request, subject).admit();
    if (!admitted) {
        co_return admitted.error();
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
    const auto subject = co_await subject_of(request, params.email);
    const auto claim = parts_.limits.claim(request, subject);
    const auto admitted = co_await claim.admit();
    auto refusal = admitted ? std::optional<Error>() : admitted.error();
    if (!refusal) {
        auto first = params;
        const auto done =
            co_await services_.login.log_in(std::move(first), claim, stranger(request));
        if (done || done.error().kind != ErrorKind::rate_limited) {
            co_return logged_in(request, done);
        }
        refusal = done.error();  // others have spent what was left while this waited for its turn
    }
    // What is wrong is told what unknown addresses are told.
    const auto late = claim.beyond_client();
    const bool is_one = co_await services_.login.is_account(params.email);
    const auto may_still = co_await late.admit();
    if (!is_one || !may_still) {
        co_return *refusal;
    }
    const auto done = co_await services_.login.log_in(std::move(params), late, stranger(request));
    co_return !done && done.error().code == "unauthorized" ? *refusal : logged_in(request, done);
}

http::Reply AuthApi::logged_in(const http::Request& request, const Result<LoggedIn>& done) const {
    if (!done) {
        return done.error();
    }
    auto json = http::success_body("Login successful");
    write_login(json.name("user"), done->user);
    json.member("accessToken", done->token);
    auto response = http::finished(200, std::move(json));
    response.with_header("Set-Cookie", new_cookie(done->token));
    response.with_header("Set-Cookie", device_.remember(request, done->user));
    return response;
}

Task<limits::Subject> AuthApi::subject_of(const http::Request& request,
                                          const mail::Address& email) const {
    limits::Subject subject{.account = email.canonical, .recipient = email.canonical};
    if (device_.is_shown(request)) {
        auto look = [&email](sql::Session& session) {
            return find_user_by_email(session, email.canonical);
        };
        const auto user = co_await parts_.database.read(std::move(look));
        subject.device = user ? device_.id_for(request, *user) : std::string();
    }
    co_return subject;
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
    const auto subject = co_await subject_of(request, email);
    const auto admitted = co_await parts_.limits.claim(request, subject).admit();
    if (!admitted) {
        co_return admitted.error();
    }
    // Not one of the plain name where cookies are bound to the host: a neighbour may have set it.
    const auto known = asker_under(parts_.options.cookie.name_of(kAskerCookie), request);
    const auto asker = known.value_or(parts_.random.hex(kAskerBytes));
    ForgotParams params{.email = std::move(email), .asker = asker};
    co_await services_.password.forgot(std::move(params), stranger(request));
    auto response = http::success(
        200, "If an account with this email exists, a one-time code is on its way to it.");
    const Cookie cookie{
        .name = kAskerCookie, .value = asker, .path = "/api/auth", .age = parts_.options.code_ttl};
    response.with_header("Set-Cookie", set_cookie(cookie, parts_.options.cookie));
    co_return response;
}

Task<http::Reply> AuthApi::reset_password(http::Request& request) {
    http::BodyReader body(request);
    ResetParams params;
    params.email = read_email(body);
    params.code = read_code(body);
    params.new_password = read_new_password(body, "newPassword", parts_.options.passwords);
    // Of the plain name when it asked before cookies were bound to the host.
    const auto asker = asker_under(parts_.options.cookie.name_of(kAskerCookie), request);
    params.asker = asker ? *asker : asker_under(kAskerCookie, request).value_or("");
    params.whereabouts = whereabouts_of(request);
    if (const auto error = body.error()) {
        co_return *error;
    }
    // Known devices are counted as everybody: nobody spends the site's tries alone.
    const limits::Subject subject{.account = params.email.canonical};
    const auto claim = parts_.limits.claim(request, subject);
    const auto common = co_await refuse_common("newPassword", params.new_password, claim);
    if (common) {
        co_return *common;
    }
    const auto admitted = co_await claim.admit();
    if (admitted) {
        co_return reset_done(request, co_await services_.password.reset(std::move(params), claim,
                                                                        stranger(request)));
    }
    // What is wrong is told what is told of accounts that there are not.
    const auto own = claim.beyond_client();
    const bool has_asked = co_await services_.password.has_asked(params);
    const auto may_still = co_await own.admit();
    if (!has_asked || !may_still) {
        co_return admitted.error();
    }
    const auto done = co_await services_.password.reset(std::move(params), own, stranger(request));
    co_return !done && done.error().code == "invalid_code" ? admitted.error()
                                                           : reset_done(request, done);
}

Task<http::Reply> AuthApi::reset_by_link(http::Request& request, std::string token) {
    http::BodyReader body(request);
    LinkResetParams params{.token = std::move(token), .whereabouts = whereabouts_of(request)};
    params.new_password = read_new_password(body, "newPassword", parts_.options.passwords);
    if (const auto error = body.error()) {
        co_return *error;
    }
    const auto claim = parts_.limits.claim(request, limits::Subject());
    const auto common = co_await refuse_common("newPassword", params.new_password, claim);
    if (common) {
        co_return *common;
    }
    const auto done =
        co_await services_.password.reset_by_link(std::move(params), claim, stranger(request));
    co_return reset_done(request, done);
}

http::Reply AuthApi::reset_done(const http::Request& request, const Result<User>& done) const {
    if (!done) {
        return done.error();
    }
    auto response =
        http::success(200, "Password reset successfully. Please log in with your new password.");
    response.with_header("Set-Cookie", device_.remember(request, *done));
    return response;
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
    const limits::Subject subject{.account = principal.user_id};
    const auto claim = parts_.limits.claim(request, subject);
    const auto admitted = co_await claim.admit();
    if (!admitted) {
        co_return admitted.error();
    }
    const auto common = co_await refuse_common("newPassword", params.replacement, claim);
    if (common) {
        co_return *common;
    }
    const auto done = co_await services_.password.change(principal, std::move(params), claim,
                                                         actor_of(request, principal));
    if (!done) {
        co_return done.error();
    }
    auto response =
        http::success(200, "Password changed successfully", {{"accessToken", done->token}});
    response.with_header("Set-Cookie", new_cookie(done->token));
    response.with_header("Set-Cookie", device_.remember(request, done->user));
    co_return response;
}

}  // namespace tripos::accounts
