// SPDX-License-Identifier: MIT
#pragma once
// UserArguments: `tripos user ...` as it was typed.

#include <cstdint>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace tripos::app {

/// What was not typed is empty.
struct UserArguments {
    std::string action;  ///< the word after `user`, for example "create"; empty: another command
    std::string email;
    std::string full_name;             ///< create
    bool is_admin = false;             ///< create
    bool new_site = false;             ///< create: in an empty data folder as well
    bool password_from_stdin = false;  ///< otherwise one is generated and printed once
    std::string role;                  ///< role: ADMIN or USER
    std::string search;                ///< list: part of the name or the address
    std::optional<std::int64_t> page;
    std::optional<std::int64_t> limit;
};

/// Adds the command `user` with its own commands; parsing fills `arguments`, which outlives
/// `program`.
void add_user_commands(CLI::App& program, UserArguments& arguments);

}  // namespace tripos::app
