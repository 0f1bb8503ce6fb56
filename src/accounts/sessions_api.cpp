// SPDX-License-Identifier: MIT
#include "accounts/sessions_api.hpp"

#include "accounts/actor.hpp"
#include "accounts/session_cookie.hpp"
#include "accounts/shapes.hpp"
#include "http/json_body.hpp"

namespace tripos::accounts {

namespace {

namespace schema = http::schema;
using http::Operation;

Error no_such_session() {
    return not_found("Session not found");
}

}  // namespace

void SessionsApi::add_routes(http::Router& router) {
    router.get("/api/profile/me/sessions", guard_.verified(this, &SessionsApi::list),
               Operation("Profile", "Where the caller is logged in")
                   .answers(200, "The last used first",
                            {{"data", schema::list_of(shapes::listed_session())}}));
    router.delete_("/api/profile/me/sessions/:id",
                   guard_.verified(this, http::PathId{"id", no_such_session()}, &SessionsApi::end),
                   Operation("Profile", "End a session of the caller")
                       .answers(200, "Ended")
                       .refuses(404, {"not_found"})
                       .unlimited("It ends what its caller has"));
}

Task<http::Reply> SessionsApi::list(http::Request&, const Principal& principal) {
    auto look = [&](sql::Session& session) {
        return parts_.sessions.list(session, principal.user_id);
    };
    const auto found = co_await parts_.database.read(std::move(look));
    auto json = http::success_body("Sessions fetched successfully");
    json.name("data").begin_array();
    for (const auto& one : found) {
        entity::write(json.begin_object(), one, kSessionMembers);
        json.member("isCurrent", one.id == principal.session_id).end_object();
    }
    json.end_array();
    co_return http::finished(200, std::move(json));
}

Task<http::Reply> SessionsApi::end(http::Request& request, const Principal& principal,
                                   std::string id) {
    const auto actor = actor_of(request, principal);
    auto work = [&](sql::Session& session, Writes& writes) {
        const bool ended = parts_.sessions.end(session, writes, id, principal.user_id);
        if (ended) {
            parts_.record_knock(
                session, actor,
                audit::own_act("auth.session_ended", account_subject(principal.user_id)));
        }
        return ended;
    };
    const bool ended = co_await parts_.write(std::move(work));
    if (!ended) {
        co_return no_such_session();
    }
    auto response = http::success(200, "The session has ended");
    if (id == principal.session_id) {
        end_session_cookies(response, parts_.options.cookie);
    }
    co_return response;
}

}  // namespace tripos::accounts
