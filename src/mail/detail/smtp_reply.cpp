// SPDX-License-Identifier: MIT
#include "mail/detail/smtp_reply.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/text.hpp"

namespace tripos::mail::detail {

namespace {

using Kind = Delivery::Kind;

constexpr std::size_t kReplyLimit = 500;
constexpr std::chrono::seconds kWaitLimit{60};

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_reply_line(std::string_view line) {
    return line.size() >= 3 && line[0] >= '2' && line[0] <= '5' && is_digit(line[1]) &&
           is_digit(line[2]) && (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

/// True if the words begin with that enhanced status code, for example "4.7.1".
bool has_enhanced(std::string_view text, std::string_view code) {
    return text.starts_with(code) && (text.size() == code.size() || text[code.size()] == ' ');
}

Kind temporary(Stage stage, int code, std::string_view text) {
    if (stage < Stage::mail) {
        return Kind::retry_transport;
    }
    // Postfix answers 454 4.7.1 for one recipient; elsewhere 454 is a throttle or a log-in server
    // that is away.
    const bool throttles = code == 421 || code == 432 ||
                           (code == 454 && !has_enhanced(text, "4.7.1")) ||
                           has_enhanced(text, "4.7.28");
    return throttles ? Kind::retry_transport : Kind::retry_message;
}

Kind permanent(Stage stage, int code, std::string_view text) {
    if (stage < Stage::auth) {
        return Kind::retry_transport;  // the greeting, EHLO or STARTTLS: the relay is not working,
                                       // no mail was judged
    }
    static constexpr std::array kSettings = {503, 530, 534, 535, 538, 555};
    if (stage == Stage::auth ||
        std::find(kSettings.begin(), kSettings.end(), code) != kSettings.end()) {
        return Kind::misconfigured;
    }
    // 552 to RCPT means "too many recipients" (RFC 5321 4.5.3.1.10); x.2.2 is a full mailbox: both
    // pass.
    if ((code == 552 && stage == Stage::rcpt) || has_enhanced(text, "5.2.2")) {
        return Kind::retry_message;
    }
    return Kind::failed;
}

Kind kind_of(Stage stage, int code, std::string_view text) {
    if (stage == Stage::dot && code / 100 == 2) {
        return Kind::delivered;
    }
    if (code / 100 == 4) {
        return temporary(stage, code, text);
    }
    if (code / 100 == 5) {
        return permanent(stage, code, text);
    }
    // No reply, or a good one and then nothing: the connection broke.
    return stage >= Stage::dot ? Kind::retry_message : Kind::retry_transport;
}

}  // namespace

std::string_view name_of(Stage stage) {
    static constexpr std::array<std::string_view, 9> kNames = {
        "connect", "EHLO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA", "body", "final dot"};
    return kNames[static_cast<std::size_t>(stage)];
}

void Transcript::begin(Stage stage) {
    stage_ = stage;
    code_ = 0;
    text_.clear();
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

std::optional<std::chrono::seconds> requested_wait(std::string_view reply) {
    const std::string words = to_lower(reply);
    for (std::size_t at = 0; at < words.size(); ++at) {
        if (!is_digit(words[at]) || (at > 0 && words[at - 1] != ' ')) {
            continue;
        }
        const auto end = std::min(words.find_first_not_of("0123456789", at), words.size());
        const auto number =
            parse_int(std::string_view(words).substr(at, std::min<std::size_t>(end - at, 9)));
        const std::string_view unit = trim(std::string_view(words).substr(end));
        const bool seconds = unit.starts_with("sec") || unit == "s" || unit.starts_with("s ") ||
                             unit.starts_with("s.");
        const bool minutes = unit.starts_with("min");
        if (number && (seconds || minutes)) {
            return std::min(kWaitLimit, std::chrono::seconds(*number * (minutes ? 60 : 1)));
        }
        at = end;
    }
    return std::nullopt;
}

Delivery classify(const Transcript& transcript, std::string_view problem) {
    const Stage stage = transcript.stage();
    Delivery delivery{.code = transcript.code(), .reply = transcript.text()};
    delivery.kind = kind_of(stage, delivery.code, delivery.reply);
    if (delivery.code < 400 && delivery.kind != Kind::delivered) {
        delivery.code = 0;
        delivery.reply = escape_controls(
            "at " + std::string(name_of(stage)) + ": " + std::string(problem), kReplyLimit);
    }
    if (delivery.kind == Kind::retry_transport) {
        delivery.pause = requested_wait(delivery.reply).value_or(std::chrono::seconds(0));
    }
    return delivery;
}

}  // namespace tripos::mail::detail
