// SPDX-License-Identifier: MIT
#include "accounts/actor.hpp"

#include "accounts/whereabouts.hpp"
#include "limits/client_address.hpp"

namespace tripos::accounts {

audit::Actor actor_of(const http::Request& request, const Principal& caller) {
    auto actor = stranger(request);
    actor.id = caller.user_id;
    return actor;
}

audit::Actor stranger(const http::Request& request) {
    auto from = whereabouts_of(request);
    return {.id = "",
            .address = std::move(from.ip),
            .device = std::move(from.device),
            .request_id = request.id,
            .client = limits::client_of(request.peer)};
}

}  // namespace tripos::accounts
