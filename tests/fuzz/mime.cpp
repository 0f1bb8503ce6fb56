// SPDX-License-Identifier: MIT
// A message of five lines - display name, subject, list, unsubscribe address, id - and HTML.
#include <algorithm>
#include <array>

#include "core/text.hpp"
#include "fuzz/fuzz.hpp"
#include "mail/dkim.hpp"
#include "mail/message.hpp"

namespace tripos::fuzz {

namespace {

constexpr std::size_t kLongestLine = 998;  ///< RFC 5322, 2.1.1

std::string take_line(std::string_view& rest) {
    const auto end = std::min(rest.find('\n'), rest.size());
    std::string line(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return line;
}

void require_lines(std::string_view message) {
    require(message.ends_with("\r\n"), "the last line ends");
    for (const auto with_end : split(message.substr(0, message.size() - 1), '\n')) {
        require(with_end.ends_with('\r'), "lines end in CR LF");
        const auto line = with_end.substr(0, with_end.size() - 1);
        require(line.size() <= kLongestLine, "lines are short");
        require(std::all_of(line.begin(), line.end(), [](char c) { return c >= 0x20 && c < 0x7f; }),
                "a message is printable ASCII");
    }
}

/// The value of a header, unfolded.
std::string header(std::string_view message, const std::string& name) {
    const auto head = message.substr(0, message.find("\r\n\r\n") + 2);
    const auto start = head.find("\r\n" + name + ": ");
    require(start != std::string_view::npos, "the header is there");
    auto rest = head.substr(start + 4 + name.size());
    std::string value;
    for (;;) {
        const auto end = rest.find("\r\n");
        value += rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (!rest.starts_with(' ')) {
            return value;
        }
    }
}

std::string decode_quoted(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i + 2 < text.size(); i += 3) {
        require(text[i] == '=', "quoted words have only quoted bytes");
        out += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
    }
    return out;
}

/// RFC 2047: the words of a value that has some, joined; else the value.
std::string decode_words(std::string_view value) {
    if (!value.starts_with("=?")) {
        return std::string(value);
    }
    std::string out;
    for (const auto word : split(value, ' ')) {
        require(word.size() <= 75 && word.starts_with("=?UTF-8?") && word.ends_with("?="),
                "an encoded word is short and says what it is");
        const auto text = word.substr(10, word.size() - 12);
        const auto piece = word[8] == 'B' ? base64_decode(text) : decode_quoted(text);
        require(piece && is_valid_utf8(*piece), "an encoded word is of whole characters");
        out += *piece;
    }
    return out;
}

std::string unquote(std::string_view value) {
    if (!value.starts_with('"')) {
        return decode_words(value);
    }
    std::string out;
    for (std::size_t i = 1; i + 1 < value.size(); ++i) {
        i += value[i] == '\\' ? 1 : 0;
        out += value[i];
    }
    return out;
}

/// Without what the canonical form of a text changes.
std::string without_line_ends(std::string text) {
    std::erase_if(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
    return text;
}

/// The last part, decoded.
std::string html_part(std::string_view message) {
    auto part = message.substr(message.rfind("Content-Transfer-Encoding: base64"));
    part = part.substr(part.find("\r\n\r\n") + 4);
    std::string encoded(part.substr(0, part.find("--=")));
    std::erase_if(encoded, [](char c) { return c == '\r' || c == '\n'; });
    const auto decoded = base64_decode(encoded);
    require(decoded.has_value(), "a body is base64");
    return *decoded;
}

void require_promises(const mail::Message& message) {
    const auto mime = mail::to_mime(message);
    if (!mime) {
        require(mime.error().message.size() < 200, "a refusal does not repeat the message");
        return;
    }
    require_lines(*mime);
    require(decode_words(header(*mime, "Subject")) == message.subject,
            "the subject arrives as it was written");
    const auto from = header(*mime, "From");
    const auto address = "<" + message.from.text + ">";
    require(from.ends_with(address), "the sender has an address");
    const auto name = std::string_view(from).substr(0, from.size() - address.size());
    require(unquote(name.substr(0, name.size() - (name.empty() ? 0 : 1))) == message.from_name,
            "the sender's name arrives as it was written");
    require(without_line_ends(html_part(*mime)) == without_line_ends(message.html),
            "the body arrives as it was written");
}

}  // namespace

void mime(std::string_view input) {
    mail::Message message;
    auto rest = input;
    message.from_name = take_line(rest);
    message.from = {.text = "exams@example.org", .canonical = "exams@example.org"};
    message.to = message.from;
    message.subject = take_line(rest);
    const auto list = take_line(rest);
    const auto unsubscribe = take_line(rest);
    if (!list.empty()) {
        message.list = mail::ListHeaders{.id = list, .unsubscribe = unsubscribe};
    }
    message.message_id = take_line(rest);
    message.html = rest;
    require_promises(message);

    const auto text = mail::html_to_text(input);
    require(text.size() <= 2 * input.size() + 2, "the plain twin is not longer than twice");
    require(!is_valid_utf8(input) || is_valid_utf8(text), "the plain twin is UTF-8");

    const auto relaxed = mail::detail::relaxed_body(input);
    require(mail::detail::relaxed_body(relaxed) == relaxed, "a canonical body is its own");
}

}  // namespace tripos::fuzz
