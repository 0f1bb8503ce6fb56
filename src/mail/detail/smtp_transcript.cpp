// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_transcript.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.hpp"

namespace tripos::mail::detail {

namespace {

bool is_reply_line(std::string_view line) {
    return line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
           is_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

}  // namespace

std::string_view name_of(Stage stage) {
    static constexpr std::array<std::string_view, 10> kNames = {
        "connect", "greeting", "EHLO", "STARTTLS", "AUTH",
        "MAIL",    "RCPT",     "DATA", "body",     "final dot"};
    return kNames[static_cast<std::size_t>(stage)];
}

void Transcript::begin(Stage stage) {
    stage_ = stage;
    code_ = 0;
    text_.clear();
}

void Transcript::on_connected() {
    if (stage_ == Stage::connect) {
        stage_ = Stage::greeting;
    }
}

void Transcript::on_command(std::string_view command) {
    static constexpr std::array<std::pair<std::string_view, Stage>, 7> kCommands = {{
        {"EHLO", Stage::hello},
        {"HELO", Stage::hello},
        {"STARTTLS", Stage::starttls},
        {"AUTH", Stage::auth},
        {"MAIL", Stage::mail},
        {"RCPT", Stage::rcpt},
        {"DATA", Stage::data},
    }};
    // The stage and the reply that count are those before QUIT. (A line of a log-in dialogue is
    // never "QUIT\r\n": four characters of base64 without padding are three bytes, too few for a
    // user and a password.)
    has_quit_ = has_quit_ || starts_with_ignoring_case(command, "QUIT\r");
    if (has_quit_) {
        return;
    }
    // A line of a log-in dialogue may look like any command.
    if (stage_ == Stage::auth && code_ / 100 == 3) {
        begin(Stage::auth);
        return;
    }
    for (const auto& [word, stage] : kCommands) {
        if (starts_with_ignoring_case(command, word)) {
            begin(stage);
            return;
        }
    }
}

void Transcript::on_body_end() {
    begin(Stage::dot);
}

void Transcript::on_line(std::string_view line) {
    if (has_quit_ || !is_reply_line(line)) {
        return;
    }
    on_connected();
    const int code = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    if (code != code_) {
        code_ = code;
        text_.clear();
    }
    const std::string_view words = trim(line.substr(std::min<std::size_t>(4, line.size())));
    text_ += text_.empty() ? "" : " ";
    text_ = (text_ + escape_controls(words, kReplyLimit)).substr(0, kReplyLimit);
}

std::string escape_controls(std::string_view text, std::size_t limit) {
    static constexpr std::string_view kHex = "0123456789abcdef";
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        // Replies need not be UTF-8; whatever is not ASCII is shown as bytes, so that the text can
        // be stored.
        if (byte < 0x20 || byte >= 0x7f) {
            out += std::string("\\x") + kHex[byte >> 4] + kHex[byte & 15];
        } else {
            out += c;
        }
        if (out.size() >= limit) {
            break;
        }
    }
    return out.substr(0, limit);
}

}  // namespace tripos::mail::detail
