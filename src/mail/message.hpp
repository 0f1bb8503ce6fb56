// SPDX-License-Identifier: MIT
#pragma once
// Message: one e-mail to one recipient, and its MIME form (RFC 5322, 2045-2047):
// multipart/alternative, text first. Headers are written from the types of header_values.hpp only.

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "mail/address.hpp"

namespace tripos::mail {

/// What marks a mail as one of many (RFC 2369, 2919, 8058): mailbox providers show a button from
/// it.
struct ListHeaders {
    std::string id;           ///< List-Id, for example "newsletter.example.org"
    std::string unsubscribe;  ///< absolute http(s) address that a bare POST unsubscribes
};

/// What is sent, before it has MIME form.
struct Message {
    std::string from_name;            ///< display name; empty: none
    Address from;                     ///< also the envelope's sender
    Address to;                       ///< the only recipient
    std::string subject;              ///< UTF-8, no control characters
    std::string html;                 ///< UTF-8
    std::string text;                 ///< empty: derived from html
    std::string message_id;           ///< without <>; the same on every retry
    Timestamp date{};                 ///< of the header Date
    std::optional<Address> reply_to;  ///< nothing: the sender
    std::optional<ListHeaders> list;  ///< newsletters
};

/// The complete message with CRLF line ends, not dot-stuffed. An Error when a header would carry
/// what it must not, or a body is no UTF-8.
Result<std::string> to_mime(const Message& message);

/// A readable plain-text twin of an HTML body: links as "text (url)", block elements as lines.
std::string html_to_text(std::string_view html);

}  // namespace tripos::mail
