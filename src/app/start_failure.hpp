// SPDX-License-Identifier: MIT
#pragma once
// StartFailure: the program cannot start; its text is the one line that says why and how to mend
// it.

#include <stdexcept>
#include <string>

namespace tripos::app {

/// Exit codes of sysexits.h.
enum class ExitCode : int {
    ok = 0,
    failure = 1,
    usage = 64,
    no_input = 66,
    try_later = 75,  ///< a dependency is away: starting again may help
    bad_settings = 78,
};

/// What main() returns.
constexpr int code(ExitCode exit_code) {
    return static_cast<int>(exit_code);
}

class StartFailure : public std::runtime_error {
  public:
    StartFailure(ExitCode code, const std::string& line) : std::runtime_error(line), code_(code) {}
    ExitCode code() const { return code_; }

  private:
    ExitCode code_;
};

}  // namespace tripos::app
