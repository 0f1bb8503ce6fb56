// SPDX-License-Identifier: MIT
#pragma once
// One HTTP request to somebody else, over a connection of its own: a webhook, a heartbeat.
// Blocking.

#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "core/secret.hpp"

namespace tripos::alerts {

/// What is asked.
struct WebCall {
    Secret url;        ///< http:// or https://; addresses of webhooks carry secrets
    std::string body;  ///< JSON to POST; empty: a GET
    std::vector<std::pair<std::string, std::string>> headers = {};  ///< besides Content-Type
};

/// Empty when it was answered with 2xx within 5 s, otherwise why not, without the URL. Ends early
/// once `stop` is true. Redirects are not followed: a signed body goes where it was meant to go.
std::string call(const WebCall& what, const std::atomic<bool>& stop);

}  // namespace tripos::alerts
