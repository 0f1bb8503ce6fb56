// SPDX-License-Identifier: MIT
#pragma once
// Another program, run to its end: for those that come with a database. Blocking; thread-safe.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::sql {

struct ChildProgram {
    std::vector<std::string> words;      ///< its name, looked for in PATH, and arguments
    std::vector<std::string> variables;  ///< NAME=VALUE, before those that it inherits
    std::function<bool()> is_given_up;   ///< asked now and then: it is stopped then; null: never
};

/// Gives what it prints to `take`, piece by piece. Throws SystemError with what it complained of
/// when it does not end with 0, is given up, or is not there.
void run_program(ChildProgram program, const std::function<void(std::string_view)>& take);

}  // namespace tripos::sql
