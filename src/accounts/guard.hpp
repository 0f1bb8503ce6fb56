// SPDX-License-Identifier: MIT
#pragma once
// Guard: wraps handlers so that they run only for a caller who may. 401, 403 and the cross-site
// check are answered here and nowhere else.
//
//     router.get("/api/exam/live", guard.verified(std::ref(exams), live), Operation(...));

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/accounts_options.hpp"
#include "accounts/principal.hpp"
#include "accounts/sessions.hpp"
#include "http/router.hpp"
#include "module/parts.hpp"

namespace tripos::accounts {

/// The tokens a request brings: that of the header Authorization (Bearer), else those of the
/// cookie: a browser sends one for each domain that has set it, the oldest first.
struct Credentials {
    std::vector<std::string_view> tokens;  ///< borrowed from the request; at most kMostTokens
    /// The tokens from here on came under the plain name where the cookie's name binds it to its
    /// host: only a session from before it had that name may be carried so.
    std::size_t plain_from = kMostTokens;
    bool from_cookie = false;  ///< also when its value is empty

    static constexpr std::size_t kMostTokens = 4;
};

/// Immutable; thread-safe. Sessions and the options outlive it, and it outlives the router that
/// holds its handlers.
class Guard {
  public:
    using Protected = std::function<Task<http::Reply>(http::Request&, const Principal&)>;

    /// Of the options: the origins whose pages may use the cookie, and the cookie's attributes.
    Guard(const Parts& parts, Sessions& sessions, const AccountsOptions& options);

    http::Handler authenticated(Protected handler) const;  ///< any valid session
    http::Handler verified(Protected handler) const;       ///< and the e-mail address verified
    /// Any valid session of somebody whose roles have the capability.
    http::Handler staff(Capability capability, Protected handler) const;

    Credentials credentials_of(const http::Request& request) const;

    /// The error to answer with when the request relies on the cookie but comes from a foreign
    /// page.
    std::optional<Error> cross_site(const http::Request& request,
                                    const Credentials& credentials) const;

    /// The caller: whom the first good token names. Otherwise what is wrong with the first.
    Task<Result<std::shared_ptr<const Principal>>> identify(const Credentials& credentials) const;

    /// As http::bind(): verified(std::ref(exams), live), staff(Capability::drafts, this, path,
    /// &Api::change). Behind the request comes the caller, where the function asks for one.
    template <class Context, class First, class... Rest>
    http::Handler authenticated(Context context, First first, Rest... rest) const {
        return authenticated(bind(std::move(context), std::move(first), std::move(rest)...));
    }
    template <class Context, class First, class... Rest>
    http::Handler verified(Context context, First first, Rest... rest) const {
        return verified(bind(std::move(context), std::move(first), std::move(rest)...));
    }
    template <class Context, class First, class... Rest>
    http::Handler staff(Capability capability, Context context, First first, Rest... rest) const {
        return staff(capability, bind(std::move(context), std::move(first), std::move(rest)...));
    }

  private:
    /// Besides a session.
    struct Need {
        bool verified_email = false;
        std::optional<Capability> capability = std::nullopt;
    };

    template <class Context, class Function>
    static Protected bind(Context context, Function function) {
        return [context, function](http::Request& request, const Principal& caller) {
            return call(function, context, request, caller);
        };
    }
    template <class Context, class Path, class Function>
    static Protected bind(Context context, Path path, Function function) {
        return [context, path, function](http::Request& request, const Principal& caller) {
            return http::with_path(path, request, [&](auto value) {
                return call(function, context, request, caller, std::move(value));
            });
        };
    }
    template <class Function, class Context, class... Value>
    static Task<http::Reply> call(const Function& function, const Context& context,
                                  http::Request& request, const Principal& caller, Value... value) {
        if constexpr (std::is_invocable_v<const Function&, const Context&, http::Request&,
                                          const Principal&, Value...>) {
            return std::invoke(function, context, request, caller, std::move(value)...);
        } else {
            return std::invoke(function, context, request, std::move(value)...);
        }
    }
    http::Handler wrap(Need need, Protected handler, http::Access access) const;
    /// What the act itself leaves no entry of is recorded before it is done.
    Task<> record(Capability capability, const http::Request& request,
                  const Principal& caller) const;
    Task<http::Reply> check(Need need, const Protected& handler, http::Request& request) const;
    Task<http::Reply> admit(Need need, const Protected& handler, http::Request& request,
                            const Credentials& credentials) const;

    const Parts parts_;
    Sessions& sessions_;
    const AccountsOptions& options_;
};

}  // namespace tripos::accounts
