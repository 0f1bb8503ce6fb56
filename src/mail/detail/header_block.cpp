// SPDX-License-Identifier: MIT
#include "mail/detail/header_block.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>

#include "core/text.hpp"

namespace tripos::mail::detail {

namespace {

constexpr std::string_view kCrlf = "\r\n";
constexpr std::size_t kLineLimit = 78;
/// 42 bytes make an encoded-word of 68 characters: within 75, and within the line after
/// "Subject: ".
constexpr std::size_t kEncodedWordBytes = 42;
constexpr std::size_t kQuotedWordBytes = 18;

bool is_plain_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }) &&
           text.find("=?") == std::string_view::npos && !text.starts_with(' ') &&
           !text.ends_with(' ');
}

bool begins_character(char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
}

/// Bytes of the next encoded-word in base64: whole characters and, unless it is the last, whole
/// groups of three. Padding in the middle is legal, but GMime drops the words behind it. 0: the
/// characters do not allow it.
std::size_t base64_word(std::string_view text) {
    if (text.size() <= kEncodedWordBytes) {
        return text.size();
    }
    std::size_t size = kEncodedWordBytes;
    while (size > 0 && (size % 3 != 0 || !begins_character(text[size]))) {
        --size;
    }
    return size;
}

/// The next word in quoted form, which has no groups: as many whole characters as fit.
std::size_t quoted_word(std::string_view text) {
    std::size_t size = std::min(text.size(), kQuotedWordBytes);
    while (size < text.size() && !begins_character(text[size])) {
        --size;
    }
    return size;
}

/// Every byte as =XX: plain, and legal in display names as well.
std::string quoted_form(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<std::uint8_t>(c);
        out += "=" + to_upper(to_hex({&byte, 1}));
    }
    return out;
}

/// RFC 2047: words of whole characters, one per line.
std::string encoded_words(std::string_view text) {
    std::string words;
    while (!text.empty()) {
        words += words.empty() ? "" : "\r\n ";
        std::size_t size = base64_word(text);
        if (size > 0) {
            words += "=?UTF-8?B?" +
                     base64_encode({reinterpret_cast<const std::uint8_t*>(text.data()), size}) +
                     "?=";
        } else {
            size = quoted_word(text);
            words += "=?UTF-8?Q?" + quoted_form(text.substr(0, size)) + "?=";
        }
        text.remove_prefix(size);
    }
    return words;
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

std::string opening(HeaderName name) {
    return std::string(name.text()) + ": ";
}

}  // namespace

void HeaderBlock::add_date(HeaderName name, Timestamp at) {
    out_.append(opening(name)).append(rfc5322_date(at)).append(kCrlf);
}

void HeaderBlock::add_text(HeaderName name, const HeaderText& text) {
    const auto start = opening(name);
    const bool fits = start.size() + text.text().size() <= kLineLimit;
    out_.append(start)
        .append(fits && is_plain_ascii(text.text()) ? text.text() : encoded_words(text.text()))
        .append(kCrlf);
}

void HeaderBlock::add_mailbox(HeaderName name, const Mailbox& mailbox) {
    const auto start = opening(name);
    const auto& display = mailbox.name().text();
    if (display.empty()) {
        out_.append(start).append("<").append(mailbox.address()).append(">").append(kCrlf);
        return;
    }
    const auto quoted = quoted_string(display);
    const bool plain = is_plain_ascii(display) && start.size() + quoted.size() <= kLineLimit;
    const auto shown = plain ? quoted : encoded_words(display);
    const bool one_line =
        plain && start.size() + shown.size() + 3 + mailbox.address().size() <= kLineLimit;
    out_.append(start).append(shown).append(one_line ? " <" : "\r\n <");
    out_.append(mailbox.address()).append(">").append(kCrlf);
}

void HeaderBlock::add_id(HeaderName name, const MessageId& id) {
    add_bracketed(name, id.text());
}

void HeaderBlock::add_uri(HeaderName name, const WebUri& uri) {
    add_bracketed(name, uri.text());
}

void HeaderBlock::add_list(HeaderName name, const ListId& list) {
    add_bracketed(name, list.text());
}

void HeaderBlock::add_literal(HeaderName name, HeaderLiteral value) {
    out_.append(opening(name)).append(value.text()).append(kCrlf);
}

std::string HeaderBlock::finish() && {
    out_.append(kCrlf);
    return std::move(out_);
}

void HeaderBlock::add_bracketed(HeaderName name, const std::string& value) {
    const auto start = opening(name);
    const bool one_line = start.size() + value.size() + 2 <= kLineLimit;
    out_.append(one_line ? start : start.substr(0, start.size() - 1) + "\r\n ");
    out_.append("<").append(value).append(">").append(kCrlf);
}

}  // namespace tripos::mail::detail
