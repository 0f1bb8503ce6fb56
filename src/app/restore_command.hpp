// SPDX-License-Identifier: MIT
#pragma once
// `tripos restore`: puts a backup in the place of the site, and lets the site on it go.

#include <cstdint>
#include <optional>
#include <string>

#include "app/config.hpp"

namespace tripos::app {

struct RestoreArguments {
    bool is_wanted = false;
    std::string folder;
    bool takes_other_secrets = false;  ///< though those of the backup are not here
    bool replaces = false;             ///< PostgreSQL: a schema that is not empty gets another name
    bool is_drill = false;             ///< in a temporary folder, to see whether it would succeed
    bool holds = false;                ///< data that was restored by other means
    bool releases = false;
    std::string mails;     ///< send, cancel, security-only
    std::string attempts;  ///< finish, extend=MINUTES
};

/// Of `--attempts`: the minutes of extend=MINUTES, 0 for finish; nothing: it means nothing.
std::optional<std::int64_t> parse_attempts_choice(const std::string& text);

/// The exit code.
int run_restore_command(const RestoreArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
