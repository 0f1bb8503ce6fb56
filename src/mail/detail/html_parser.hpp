// SPDX-License-Identifier: MIT
#pragma once
// What libxml2's reader of HTML is told wherever it is used: to take whatever comes, to say nothing
// and to ask nobody.

#include <libxml/HTMLparser.h>

#include <memory>
#include <string_view>

#include "core/assert.hpp"

namespace tripos::mail::detail {

inline constexpr int kHtmlOptions = HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                    HTML_PARSE_NONET | HTML_PARSE_IGNORE_ENC | HTML_PARSE_NODEFDTD;

using HtmlParser = std::unique_ptr<htmlParserCtxt, decltype(&htmlFreeParserCtxt)>;

/// One for one document.
inline HtmlParser make_html_parser() {
    static const bool ready = (xmlInitParser(), true);
    HtmlParser parser(ready ? htmlNewParserCtxt() : nullptr, &htmlFreeParserCtxt);
    TRIPOS_ASSERT(parser != nullptr);
    return parser;
}

/// Empty for none.
inline std::string_view view_of(const xmlChar* text) {
    return text == nullptr ? std::string_view() : reinterpret_cast<const char*>(text);
}

}  // namespace tripos::mail::detail
