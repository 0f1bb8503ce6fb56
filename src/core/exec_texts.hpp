// SPDX-License-Identifier: MIT
#pragma once
// ExecTexts: the words or the variables of another program, as execve() and posix_spawn() want
// them; and which variables of this process it may inherit.

#include <string>
#include <vector>

namespace tripos {

/// Pointers to texts, ended by null. Nothing is allocated after the construction, so that a child
/// may use it between fork and exec.
class ExecTexts {
  public:
    explicit ExecTexts(std::vector<std::string> texts);  ///< keeps them
    ExecTexts(const ExecTexts&) = delete;
    ExecTexts& operator=(const ExecTexts&) = delete;

    char* const* data() const { return pointers_.data(); }  ///< as argv and envp

  private:
    std::vector<std::string> texts_;
    std::vector<char*> pointers_;
};

/// All variables of this process, as NAME=VALUE.
std::vector<std::string> own_variables();
/// Those that are no settings: for a site of its own, which must not act on another one's.
std::vector<std::string> variables_without_settings();

}  // namespace tripos
