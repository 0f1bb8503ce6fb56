// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_dialogue.hpp"

#include "core/text.hpp"
#include "mail/detail/smtp_transcript.hpp"

namespace tripos::mail::detail {

namespace {

constexpr std::size_t kMostLines = 200;
constexpr std::size_t kLongestLine = 500;

/// "AUTH PLAIN", without the initial response that may follow.
std::string_view mechanism_only(std::string_view command) {
    const auto first = command.find(' ');
    return first == std::string_view::npos ? command
                                           : command.substr(0, command.find(' ', first + 1));
}

}  // namespace

void Dialogue::add(std::string_view mark, std::string_view text) {
    if (lines_.size() < kMostLines) {
        lines_.push_back(std::string(mark) + escape_controls(text, kLongestLine));
    }
}

void Dialogue::on_command(std::string_view command) {
    const std::string_view text = trim(command);
    if (starts_with_ignoring_case(text, "AUTH ")) {
        const std::string_view shown = mechanism_only(text);
        add("> ", std::string(shown) + (shown == text ? "" : " ****"));
        is_logging_in_ = true;
        return;
    }
    add("> ", is_logging_in_ ? "****" : text);
}

void Dialogue::on_line(std::string_view line) {
    is_logging_in_ = is_logging_in_ && line.starts_with("334");
    add("< ", trim(line));
}

void Dialogue::on_message(std::size_t bytes) {
    add("> ", "(" + std::to_string(bytes) + " bytes of message)");
    add("> ", ".");
}

void Dialogue::on_remark(std::string_view remark) {
    add("* ", trim(remark));
}

}  // namespace tripos::mail::detail
