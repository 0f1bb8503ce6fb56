// SPDX-License-Identifier: MIT
#include "mail/message.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <span>

#include "core/text.hpp"

namespace tripos::mail {

namespace {

constexpr std::string_view kCrlf = "\r\n";
/// Cannot occur in a base64 body, so a constant is safe.
constexpr std::string_view kBoundary = "=_tripos_alternative";
constexpr std::size_t kLineLimit = 78;
constexpr std::size_t kHeaderTextLimit = 2000;
/// 42 bytes make an encoded-word of 68 characters: within 75, and within the line after "Subject:
/// ".
constexpr std::size_t kEncodedWordBytes = 42;
constexpr std::size_t kBase64Line = 76;

std::string base64(std::string_view text) {
    return base64_encode({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

bool is_plain_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }) &&
           text.find("=?") == std::string_view::npos && !text.starts_with(' ') &&
           !text.ends_with(' ');
}

/// RFC 2047: words of whole characters, one per line.
std::string encoded_words(std::string_view text) {
    std::string words;
    while (!text.empty()) {
        std::size_t size = std::min(text.size(), kEncodedWordBytes);
        while (size < text.size() && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) {
            --size;
        }
        words += words.empty() ? "" : "\r\n ";
        words += "=?UTF-8?B?" + base64(text.substr(0, size)) + "?=";
        text.remove_prefix(size);
    }
    return words;
}

std::string header_text(std::string_view name, std::string_view text) {
    const bool fits = name.size() + 2 + text.size() <= kLineLimit;
    return std::string(name) + ": " +
           (fits && is_plain_ascii(text) ? std::string(text) : encoded_words(text)) +
           std::string(kCrlf);
}

std::string quoted_string(std::string_view text) {
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            quoted += '\\';
        }
        quoted += c;
    }
    return quoted + '"';
}

/// The address moves to a line of its own when it would pass the limit.
std::string from_header(const Message& message) {
    const std::string mailbox = "<" + message.from.text + ">";
    if (message.from_name.empty()) {
        return "From: " + mailbox + std::string(kCrlf);
    }
    const std::string quoted = quoted_string(message.from_name);
    const bool plain = is_plain_ascii(message.from_name) && quoted.size() + 6 <= kLineLimit;
    const std::string name = plain ? quoted : encoded_words(message.from_name);
    const bool one_line = plain && 6 + name.size() + 1 + mailbox.size() <= kLineLimit;
    return "From: " + name + (one_line ? " " : "\r\n ") + mailbox + std::string(kCrlf);
}

/// RFC 5322 date, always in UTC.
std::string rfc5322_date(Timestamp at) {
    static constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d +0000",
                  kDays[std::chrono::weekday(day).c_encoding()], unsigned{date.day()},
                  kMonths[unsigned{date.month()} - 1], int{date.year()},
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()));
    return text.data();
}

/// Canonical text of a MIME part: every line end CRLF, no NUL.
std::string with_crlf(std::string_view text) {
    std::string out;
    out.reserve(text.size() + text.size() / 32);
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' || text[i] == '\n') {
            i += text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n' ? 1 : 0;
            out += kCrlf;
        } else if (text[i] != '\0') {
            out += text[i];
        }
    }
    return out;
}

std::string part(std::string_view type, std::string_view body) {
    std::string out = "--" + std::string(kBoundary) + "\r\n";
    out += "Content-Type: " + std::string(type) +
           "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const std::string encoded = base64(with_crlf(body));
    for (std::size_t at = 0; at < encoded.size(); at += kBase64Line) {
        out.append(encoded, at, kBase64Line).append(kCrlf);
    }
    return out;
}

bool is_header_text(std::string_view text) {
    return text.size() <= kHeaderTextLimit && !has_control_characters(text) && is_valid_utf8(text);
}

bool is_message_id(std::string_view id) {
    return !id.empty() && id.size() <= 250 && id.find('@') != std::string_view::npos &&
           std::all_of(id.begin(), id.end(),
                       [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>'; });
}

/// Addresses pass parse_address() again: the envelope and the headers trust nobody.
Result<> check(const Message& message) {
    const auto refuse = [](const char* field) {
        return invalid_field(
            field, std::string(field) + " must be short, valid UTF-8 without control characters");
    };
    if (!is_header_text(message.from_name)) {
        return refuse("from_name");
    }
    if (!is_header_text(message.subject)) {
        return refuse("subject");
    }
    if (!is_message_id(message.message_id)) {
        return invalid_field("message_id", "message_id must look like id@example.org");
    }
    for (const Address* address : {&message.from, &message.to}) {
        if (const auto parsed = parse_address(address->text);
            !parsed || parsed->text != address->text) {
            return invalid_field("address",
                                 "the sender and the recipient must look like name@example.org");
        }
    }
    if (!is_valid_utf8(message.html) || !is_valid_utf8(message.text)) {
        return invalid_field("body", "the body must be valid UTF-8");
    }
    return {};
}

}  // namespace

Result<std::string> to_mime(const Message& message) {
    if (const auto checked = check(message); !checked) {
        return checked.error();
    }
    std::string out = "Date: " + rfc5322_date(message.date) + std::string(kCrlf);
    out += from_header(message);
    out += "To: <" + message.to.text + ">\r\n";
    out += header_text("Subject", message.subject);
    out += "Message-ID: <" + message.message_id + ">\r\n";
    out += "MIME-Version: 1.0\r\nAuto-Submitted: auto-generated\r\n";
    out += "Content-Type: multipart/alternative;\r\n boundary=\"" + std::string(kBoundary) +
           "\"\r\n\r\n";
    out += part("text/plain", message.text.empty() ? html_to_text(message.html) : message.text);
    out += part("text/html", message.html);
    return out + "--" + std::string(kBoundary) + "--\r\n";
}

}  // namespace tripos::mail
