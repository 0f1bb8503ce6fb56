// SPDX-License-Identifier: MIT
#include "mail/html_body.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "mail/message.hpp"

namespace tripos::mail {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(HtmlBody, KeepsWhatAnAuthorWrote) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"", ""},
        {"<p>Dear <b>all</b></p>", "<p>Dear <b>all</b></p>"},
        {"<p title=\"a &gt; b\">x &lt; 3</p>", "<p title=\"a &gt; b\">x &lt; 3</p>"},
        {"<!doctype html><html><head><title>T</title><meta charset=latin1><style>p > a{}</style>"
         "</head><body class=x><p>One</p></body></html>",
         "<style>p > a{}</style><p>One</p>"},
        {"<HTML><P>Hi</P></HTML>", "<p>Hi</p>"},
        {"<body>x", "x"},
        {"<p>a</p></body></html><p>b</p>", "<p>a</p><p>b</p>"},
        {"<html><body><i>1</i></body></html><html><body><i>2</i></body></html>",
         "<i>1</i><i>2</i>"},
        {"<p>see &lt;html&gt;</p>", "<p>see &lt;html&gt;</p>"},
        {"<p>\xC3\xA9 &eacute; \xE0\xA4\xAA \xF0\x9F\x98\x80</p>",
         "<p>\xC3\xA9 \xC3\xA9 \xE0\xA4\xAA \xF0\x9F\x98\x80</p>"},
        {"<pre>a\n  b</pre>", "<pre>a\n  b</pre>"},
    };
    for (const auto& [html, body] : table) {
        EXPECT_EQ(html_body(html), body) << html;
    }
}

TEST(HtmlBody, ClosesWhatWasLeftOpen) {
    for (const char* html :
         {"<div style=\"display:none\">x", "x<!-- ", "x<a href=\"", "<table><tr>", "<style>p{}",
          "</div></td></tr></table></body></html>", "x<"}) {
        const auto framed = "<div>" + html_body(html) + "</div><p>Unsubscribe</p>";
        EXPECT_THAT(html_to_text(framed), HasSubstr("Unsubscribe")) << framed;
        EXPECT_THAT(framed, HasSubstr("</div><p>Unsubscribe</p>"));
        EXPECT_THAT(framed, Not(HasSubstr("</html>")));
        EXPECT_THAT(framed, Not(HasSubstr("</td>"))) << framed;
    }
}

TEST(HtmlBody, LosesNothingThatIsDeep) {
    std::string deep;
    for (int i = 0; i < 15'000; ++i) {
        deep += "<div>";
    }
    EXPECT_THAT(html_body(deep + "at the bottom"), HasSubstr("at the bottom"));
    std::string many;
    for (int i = 0; i < 9'000; ++i) {
        many += "</html><p>";
    }
    EXPECT_THAT(html_body(many + "at the end"), HasSubstr("at the end"));
}

}  // namespace
}  // namespace tripos::mail
