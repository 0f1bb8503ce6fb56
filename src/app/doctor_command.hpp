// SPDX-License-Identifier: MIT
#pragma once
// `tripos doctor`: looks at what the site needs from outside, beside a running server or without
// one, and says what is wrong. It takes no lock and changes nothing.

#include <string>

#include "app/config.hpp"

namespace tripos::app {

struct DoctorArguments {
    bool is_wanted = false;
    std::string area;         ///< empty: all
    bool offline = false;     ///< asks neither the relay, nor DNS, nor PUBLIC_URL
    bool deep = false;        ///< reads the whole SQLite database
    bool reference = false;   ///< prints the table of checks instead
    std::string name_server;  ///< in place of the system's
    std::string send_to;      ///< whom to send a test mail; empty: nobody
    std::string bundle;       ///< the file to write for whoever helps; empty: none
};

/// The exit code: 0 nothing is wrong, or advice; 1 something suffers; 2 something does not work.
int run_doctor_command(const DoctorArguments& arguments, bool as_json, LoadedConfig& loaded);

}  // namespace tripos::app
