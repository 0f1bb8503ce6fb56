// SPDX-License-Identifier: MIT
#pragma once
// `tripos alerts`: what fires, silences, a test, and the rules as Prometheus and people read them.

#include <cstdint>
#include <string>

#include "app/config.hpp"

namespace tripos::app {

struct AlertsArguments {
    std::string action;  ///< the sub-command
    std::string rule;
    std::int64_t minutes = 0;
    std::string why;
    std::string id;
};

/// The exit code.
int run_alerts_command(const AlertsArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
