// SPDX-License-Identifier: MIT
#pragma once
// The values a header may carry, each a type that can only be made from text that cannot leave it:
// no control character, no line separator, nothing that ends a bracket. MIME is written from these
// types alone, so no byte of a user reaches a header unseen. Bad text is refused, never cleaned.
// Values; pure functions.

#include <string>
#include <string_view>

#include "core/result.hpp"
#include "mail/address.hpp"

namespace tripos::mail {

/// A header's name, from a literal of the program only: a bad one does not compile.
class HeaderName {
  public:
    /// Checked when it compiles.
    consteval HeaderName(const char* literal) : name_(literal) {  // NOLINT: reads as the literal
        for (const char c : name_) {
            if (c <= ' ' || c >= 0x7f || c == ':') {
                throw "not a header name";
            }
        }
    }
    constexpr std::string_view text() const { return name_; }  ///< as it is written

  private:
    std::string_view name_;
};

/// A value that is part of the program: printable ASCII, checked by the compiler.
class HeaderLiteral {
  public:
    /// Checked when it compiles.
    consteval HeaderLiteral(const char* literal) : text_(literal) {  // NOLINT: reads as the literal
        for (const char c : text_) {
            if (c < ' ' || c >= 0x7f) {
                throw "not a header value";
            }
        }
    }
    constexpr std::string_view text() const { return text_; }  ///< as it is written

  private:
    std::string_view text_;
};

/// Unstructured text or a display name: UTF-8, at most 2,000 bytes, no control characters.
class HeaderText {
  public:
    /// An invalid_field(field, ...) when it is none.
    static Result<HeaderText> parse(std::string_view field, std::string_view text);
    const std::string& text() const { return text_; }  ///< as it is written

  private:
    explicit HeaderText(std::string_view text) : text_(text) {}
    std::string text_;
};

/// One address with an optional display name. The address passes the gate again: headers and
/// envelope trust nobody.
class Mailbox {
  public:
    /// An Error that names `field`.
    static Result<Mailbox> make(std::string_view field, std::string_view name,
                                const Address& address);
    const HeaderText& name() const { return name_; }         ///< may be empty
    const std::string& address() const { return address_; }  ///< as it goes on the wire

  private:
    Mailbox(HeaderText name, std::string address)
        : name_(std::move(name)), address_(std::move(address)) {}
    HeaderText name_;
    std::string address_;
};

/// "left@right" without <>, printable ASCII, at most 250 bytes.
class MessageId {
  public:
    static Result<MessageId> parse(std::string_view text);  ///< with or without <>
    const std::string& text() const { return text_; }       ///< with <>

  private:
    explicit MessageId(std::string_view text) : text_(text) {}
    std::string text_;
};

/// An absolute http(s) address of RFC 3986 characters, at most 900 bytes.
class WebUri {
  public:
    /// An Error that names `field`.
    static Result<WebUri> parse(std::string_view field, std::string_view text);
    const std::string& text() const { return text_; }  ///< as given

  private:
    explicit WebUri(std::string_view text) : text_(text) {}
    std::string text_;
};

/// The name of a list (RFC 2919), without <>: dot-separated labels of letters, digits, '-' and '_'.
class ListId {
  public:
    static Result<ListId> parse(std::string_view text);  ///< one or more labels
    const std::string& text() const { return text_; }    ///< with <>

  private:
    explicit ListId(std::string_view text) : text_(text) {}
    std::string text_;
};

}  // namespace tripos::mail
