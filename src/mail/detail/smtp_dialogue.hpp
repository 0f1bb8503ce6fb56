// SPDX-License-Identifier: MIT
#pragma once
// Dialogue: one SMTP conversation as people read it: "> " said, "< " heard, "* " remarks. What
// follows AUTH is masked on our side. Pure; not thread-safe.

#include <string>
#include <string_view>
#include <vector>

namespace tripos::mail::detail {

class Dialogue {
  public:
    void on_command(std::string_view command);
    void on_line(std::string_view line);
    void on_message(std::size_t bytes);
    void on_remark(std::string_view remark);

    /// At most 200 lines, each at most 500 bytes, without control characters.
    std::vector<std::string> take() { return std::move(lines_); }

  private:
    void add(std::string_view mark, std::string_view text);

    std::vector<std::string> lines_;
    bool is_logging_in_ = false;  ///< our next line is part of a log-in
};

}  // namespace tripos::mail::detail
