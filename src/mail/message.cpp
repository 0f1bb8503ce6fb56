// SPDX-License-Identifier: MIT
#include "mail/message.hpp"

#include "core/text.hpp"
#include "mail/detail/header_block.hpp"

namespace tripos::mail {

namespace {

constexpr std::string_view kCrlf = "\r\n";
/// Cannot occur in a base64 body, so a constant is safe.
constexpr std::string_view kBoundary = "=_tripos_alternative";
constexpr std::size_t kBase64Line = 76;

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

void append_part(std::string& out, std::string_view type, std::string_view body) {
    out.append("--").append(kBoundary).append("\r\nContent-Type: ").append(type);
    out += "; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n";
    const auto canonical = with_crlf(body);
    const std::string encoded =
        base64_encode({reinterpret_cast<const std::uint8_t*>(canonical.data()), canonical.size()});
    for (std::size_t at = 0; at < encoded.size(); at += kBase64Line) {
        out.append(encoded, at, kBase64Line).append(kCrlf);
    }
}

/// The headers that only some mails have.
Result<> add_optional_headers(detail::HeaderBlock& headers, const Message& message) {
    if (message.reply_to) {
        const auto reply_to = Mailbox::make("reply_to", "", *message.reply_to);
        if (!reply_to) {
            return reply_to.error();
        }
        headers.add_mailbox("Reply-To", *reply_to);
    }
    if (message.list) {
        const auto id = ListId::parse(message.list->id);
        const auto unsubscribe = WebUri::parse("unsubscribe", message.list->unsubscribe);
        if (!id || !unsubscribe) {
            return !id ? id.error() : unsubscribe.error();
        }
        headers.add_list("List-Id", *id);
        headers.add_uri("List-Unsubscribe", *unsubscribe);
        headers.add_literal("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
        headers.add_literal("Precedence", "bulk");
    }
    return {};
}

Result<std::string> headers_of(const Message& message) {
    const auto from = Mailbox::make("from", message.from_name, message.from);
    const auto to = Mailbox::make("to", "", message.to);
    const auto subject = HeaderText::parse("subject", message.subject);
    const auto id = MessageId::parse(message.message_id);
    if (!from || !to) {
        return !from ? from.error() : to.error();
    }
    if (!subject || !id) {
        return !subject ? subject.error() : id.error();
    }
    detail::HeaderBlock headers;
    headers.add_date("Date", message.date);
    headers.add_mailbox("From", *from);
    headers.add_mailbox("To", *to);
    headers.add_text("Subject", *subject);
    headers.add_id("Message-ID", *id);
    if (const auto added = add_optional_headers(headers, message); !added) {
        return added.error();
    }
    headers.add_literal("MIME-Version", "1.0");
    headers.add_literal("Auto-Submitted", "auto-generated");
    headers.add_literal("Content-Type", "multipart/alternative; boundary=\"=_tripos_alternative\"");
    return std::move(headers).finish();
}

}  // namespace

Result<std::string> to_mime(const Message& message) {
    auto headers = headers_of(message);
    if (!headers) {
        return headers.error();
    }
    if (!is_valid_utf8(message.html) || !is_valid_utf8(message.text)) {
        return invalid_field("body", "the body must be valid UTF-8");
    }
    std::string out = std::move(*headers);
    append_part(out, "text/plain",
                message.text.empty() ? html_to_text(message.html) : message.text);
    append_part(out, "text/html", message.html);
    out.append("--").append(kBoundary).append("--\r\n");
    return out;
}

}  // namespace tripos::mail
