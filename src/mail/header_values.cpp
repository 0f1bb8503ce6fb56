// SPDX-License-Identifier: MIT
#include "mail/header_values.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace tripos::mail {

namespace {

constexpr std::size_t kTextLimit = 2000;
constexpr std::size_t kIdLimit = 250;
constexpr std::size_t kUriLimit = 900;

/// What RFC 3986 allows somewhere in a URI; '<', '>', '"', '\\' and spaces are not among them.
bool is_uri_character(char c) {
    return is_alphanumeric(c) ||
           std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
}

}  // namespace

Result<HeaderText> HeaderText::parse(std::string_view field, std::string_view text) {
    if (text.size() > kTextLimit || has_control_characters(text) || !is_valid_utf8(text)) {
        return invalid_field(std::string(field), std::string(field) +
                                                     " must be short, valid UTF-8 without control "
                                                     "characters");
    }
    return HeaderText(text);
}

Result<Mailbox> Mailbox::make(std::string_view field, std::string_view name,
                              const Address& address) {
    auto display = HeaderText::parse(std::string(field) + "_name", name);
    if (!display) {
        return display.error();
    }
    const auto parsed = parse_address(address.text);
    if (!parsed || parsed->text != address.text) {
        return invalid_field(std::string(field),
                             std::string(field) + " must look like name@example.org");
    }
    return Mailbox(std::move(*display), address.text);
}

Result<MessageId> MessageId::parse(std::string_view text) {
    const auto at = text.find('@');
    const bool fine = at != std::string_view::npos && at > 0 && at + 1 < text.size() &&
                      text.size() <= kIdLimit && std::all_of(text.begin(), text.end(), [](char c) {
                          return c > 0x20 && c < 0x7f && c != '<' && c != '>';
                      });
    if (!fine) {
        return invalid_field("message_id", "message_id must look like id@example.org");
    }
    return MessageId(text);
}

Result<WebUri> WebUri::parse(std::string_view field, std::string_view text) {
    const bool fine = text.size() <= kUriLimit &&
                      (text.starts_with("https://") || text.starts_with("http://")) &&
                      text.size() > std::string_view("https://").size() &&
                      std::all_of(text.begin(), text.end(), is_uri_character);
    if (!fine) {
        return invalid_field(std::string(field),
                             std::string(field) + " must be an absolute http(s) address");
    }
    return WebUri(text);
}

Result<ListId> ListId::parse(std::string_view text) {
    const auto labels = split(text, '.');
    const bool fine =
        text.size() <= kIdLimit &&
        std::all_of(labels.begin(), labels.end(), [](std::string_view label) {
            return !label.empty() && std::all_of(label.begin(), label.end(), [](char c) {
                return is_alphanumeric(c) || c == '-' || c == '_';
            });
        });
    if (!fine) {
        return invalid_field("list_id", "list_id must look like news.example.org");
    }
    return ListId(text);
}

}  // namespace tripos::mail
