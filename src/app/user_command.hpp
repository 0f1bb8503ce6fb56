// SPDX-License-Identifier: MIT
#pragma once
// `tripos user ...`: asks the control socket and prints the answer.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/config.hpp"

namespace tripos::app {

/// As it was typed. What was not is empty.
struct UserArguments {
    std::string action;  ///< the word after `user`, for example "create"; empty: another command
    std::string email;
    std::string full_name;             ///< create
    bool is_admin = false;             ///< create
    bool new_site = false;             ///< create: in an empty data folder as well
    bool password_from_stdin = false;  ///< otherwise one is generated and printed once
    std::vector<std::string> roles;    ///< role: all of them, or accounts::kNoRole
    std::string search;                ///< list: part of the name or the address
    std::optional<std::int64_t> page;
    std::optional<std::int64_t> limit;
};

/// Returns the exit code. Throws StartFailure, SystemError.
int run_user_command(const UserArguments& arguments, bool as_json, const Config& config);

}  // namespace tripos::app
