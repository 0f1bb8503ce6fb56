// SPDX-License-Identifier: MIT
#pragma once
// `tripos config`: the settings in effect, without their secrets, and where each came from; or the
// reference pages written from the option table. Needs no data folder and no server.

#include <boost/json/object.hpp>
#include <string>

#include "app/config.hpp"

namespace tripos::app {

struct ConfigArguments {
    std::string reference;  ///< "markdown" or "dotenv": print that page instead
};

/// {settings: [...]}: each as it is in effect, and where it came from. No secret is in it.
boost::json::object settings_json(LoadedConfig& loaded);

/// Prints and returns the exit code: 78 when a setting is wrong.
int run_config_command(const ConfigArguments& arguments, bool json, LoadedConfig& loaded);

}  // namespace tripos::app
