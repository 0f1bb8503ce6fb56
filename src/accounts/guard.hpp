// SPDX-License-Identifier: MIT
#pragma once
// Guard: wraps handlers so that they run only for a caller who may. 401, 403 and the cross-site
// check are answered here and nowhere else.
//
//     router.get("/api/exam/live", guard.verified(this, &ExamApi::live));

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/accounts_options.hpp"
#include "accounts/principal.hpp"
#include "accounts/sessions.hpp"
#include "http/router.hpp"

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
    Guard(Sessions& sessions, const AccountsOptions& options);

    http::Handler authenticated(Protected handler) const;  ///< any valid session
    http::Handler verified(Protected handler) const;       ///< and the e-mail address verified
    http::Handler admin(Protected handler) const;          ///< and the role ADMIN

    Credentials credentials_of(const http::Request& request) const;

    /// The error to answer with when the request relies on the cookie but comes from a foreign
    /// page.
    std::optional<Error> cross_site(const http::Request& request,
                                    const Credentials& credentials) const;

    /// The caller: whom the first good token names. Otherwise what is wrong with the first.
    Task<Result<std::shared_ptr<const Principal>>> identify(const Credentials& credentials) const;

    template <class T>
    using Member = Task<http::Reply> (T::*)(http::Request&, const Principal&);

    /// The same for routes with an id in their path.
    template <class T>
    using MemberOfId = Task<http::Reply> (T::*)(http::Request&, const Principal&, std::string id);

    template <class T>
    http::Handler authenticated(T* object, Member<T> member) const {
        return authenticated(bind(object, member));
    }
    template <class T>
    http::Handler verified(T* object, Member<T> member) const {
        return verified(bind(object, member));
    }
    template <class T>
    http::Handler admin(T* object, Member<T> member) const {
        return admin(bind(object, member));
    }

    template <class T>
    http::Handler verified(T* object, http::PathId id, MemberOfId<T> member) const {
        return verified(bind(object, std::move(id), member));
    }
    template <class T>
    http::Handler admin(T* object, http::PathId id, MemberOfId<T> member) const {
        return admin(bind(object, std::move(id), member));
    }

  private:
    enum class Need { session, verified_email, admin_role };

    template <class T>
    static Protected bind(T* object, Member<T> member) {
        return [object, member](http::Request& request, const Principal& principal) {
            return (object->*member)(request, principal);
        };
    }
    template <class T>
    static Protected bind(T* object, http::PathId id, MemberOfId<T> member) {
        return [object, id = std::move(id), member](http::Request& request,
                                                    const Principal& principal) {
            auto found = id.read(request);
            return found ? (object->*member)(request, principal, std::move(*found))
                         : http::refuse(id.missing);
        };
    }
    http::Handler wrap(Need need, Protected handler, http::Access access) const;
    Task<http::Reply> check(Need need, const Protected& handler, http::Request& request) const;
    Task<http::Reply> admit(Need need, const Protected& handler, http::Request& request,
                            const Credentials& credentials) const;

    Sessions& sessions_;
    const AccountsOptions& options_;
};

}  // namespace tripos::accounts
