// SPDX-License-Identifier: MIT
#pragma once
// HeaderBlock: writes the headers of a message (RFC 5322) from typed values: non-ASCII text as
// encoded-words (RFC 2047), lines folded at 78. Not thread-safe.

#include <string>

#include "core/clock.hpp"
#include "mail/header_values.hpp"

namespace tripos::mail::detail {

class HeaderBlock {
  public:
    void add_date(HeaderName name, Timestamp at);
    void add_text(HeaderName name, const HeaderText& text);
    void add_mailbox(HeaderName name, const Mailbox& mailbox);
    void add_id(HeaderName name, const MessageId& id);
    void add_uri(HeaderName name, const WebUri& uri);
    void add_list(HeaderName name, const ListId& list);
    void add_literal(HeaderName name, HeaderLiteral value);

    /// The block, with the empty line that ends it.
    std::string finish() &&;

  private:
    /// In angle brackets, on a line of its own where it does not fit.
    void add_bracketed(HeaderName name, const std::string& value);

    std::string out_;
};

}  // namespace tripos::mail::detail
