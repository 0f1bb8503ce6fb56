// SPDX-License-Identifier: MIT
#pragma once
// Role: what of a site one process does. A site is one process that does everything, or servers
// that answer requests and workers that do the rest.

namespace tripos::app {

enum class Role {
    command,  ///< runs one command and ends: listens nowhere, says nothing
    site,     ///< `tripos serve`: everything
    server,   ///< `tripos serve --no-workers`: requests
    worker,   ///< `tripos worker`: mails, deadlines, chores and whatever else goes on without them
};

/// Whether it stays and listens.
constexpr bool runs(Role role) {
    return role != Role::command;
}

/// Whether it does the work that one process may do for all.
constexpr bool works(Role role) {
    return role == Role::site || role == Role::worker;
}

/// Whether it is of no use without others.
constexpr bool is_part(Role role) {
    return role == Role::server || role == Role::worker;
}

}  // namespace tripos::app
