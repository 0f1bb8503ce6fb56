// SPDX-License-Identifier: MIT
#pragma once
// Message: one e-mail to one recipient, and its MIME form (RFC 5322, 2045-2047):
// multipart/alternative, text first.

#include <string>

#include "core/clock.hpp"
#include "mail/address.hpp"

namespace tripos::mail {

struct Message {
    std::string from_name;  ///< display name; empty: none
    Address from;
    Address to;
    std::string subject;  ///< UTF-8, no control characters
    std::string html;
    std::string text;        ///< empty: derived from html
    std::string message_id;  ///< without <>; the same on every retry
    Timestamp date{};
};

/// The complete message with CRLF line ends, not dot-stuffed. An Error when a header would carry a
/// control character.
Result<std::string> to_mime(const Message& message);

/// A readable plain-text twin of an HTML body: links as "text (url)", block elements as lines.
std::string html_to_text(std::string_view html);

}  // namespace tripos::mail
