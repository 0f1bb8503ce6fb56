// SPDX-License-Identifier: MIT
#include "app/healthcheck_command.hpp"

#include <boost/json/object.hpp>
#include <chrono>
#include <iostream>

#include "app/complaint.hpp"
#include "app/start_failure.hpp"
#include "doctor/address_probe.hpp"
#include "http/json_text.hpp"

namespace tripos::app {

namespace {

/// Less than container engines wait.
constexpr std::chrono::seconds kHealthcheckLimit{4};

/// Where it is reached from here: who listens on every address listens on loopback, too.
std::string own_url(const Config& config) {
    const auto& host = config.host;
    const auto reached = host == "0.0.0.0"                     ? "127.0.0.1"
                         : host == "::"                        ? "[::1]"
                         : host.find(':') != std::string::npos ? '[' + host + ']'
                                                               : host;
    return "http://" + reached + ':' + std::to_string(config.port);
}

}  // namespace

int run_healthcheck_command(bool as_json, const Config& config) {
    if (config.port == 0) {
        complain("PORT is 0, so that nobody knows where the server listens; set PORT");
        return code(ExitCode::failure);
    }
    const auto seen = doctor::look_at_address(own_url(config), "/readyz", kHealthcheckLimit);
    if (!seen.problem.empty()) {
        complain("nothing answers at " + seen.url + "/readyz: " + seen.problem);
        return code(ExitCode::failure);
    }
    const bool is_ready = seen.status == 200;
    if (as_json) {
        const boost::json::object members{{"ready", is_ready}, {"status", seen.status}};
        std::cout << http::json_text(members) << '\n';
    } else if (is_ready) {
        std::cout << "Ready\n";
    } else {
        complain("not ready: " + seen.url + "/readyz answers " + std::to_string(seen.status));
    }
    return code(is_ready ? ExitCode::ok : ExitCode::failure);
}

}  // namespace tripos::app
