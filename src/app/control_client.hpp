// SPDX-License-Identifier: MIT
#pragma once
// How the other commands reach a running `tripos serve`: HTTP over its Unix socket
// DATA_DIR/tripos.sock. The socket's mode (0600) is the permission. Blocking; for the command line
// only.

#include <optional>
#include <string>

namespace tripos::app {

struct ControlAnswer {
    int status = 0;
    std::string body;
};

/// Sends a POST with a JSON body. Nothing when no server listens there; throws SystemError when the
/// exchange breaks.
std::optional<ControlAnswer> post_to_server(const std::string& socket_path, const std::string& path,
                                            const std::string& json);

}  // namespace tripos::app
