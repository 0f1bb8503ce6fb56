// SPDX-License-Identifier: MIT
#pragma once
// `tripos healthcheck`: asks the server or worker of these settings whether it is ready, as the
// healthcheck of a container does.

#include "app/config.hpp"

namespace tripos::app {

/// The exit code: 0 its /readyz answers 200, 1 anything else.
int run_healthcheck_command(bool as_json, const Config& config);

}  // namespace tripos::app
