// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "mail/message.hpp"

namespace tripos::mail {
namespace {

TEST(HtmlToText, ReadsLikeALetter) {
    const std::vector<std::pair<std::string, std::string>> table = {
        {"", "\n"},
        {"plain", "plain\n"},
        {"<p>One</p><p>Two</p>", "One\n\nTwo\n"},
        {"One<br>Two<br/>Three", "One\nTwo\nThree\n"},
        {"a  b\n c", "a b c\n"},
        {"<ul><li>One</li><li>Two</li></ul>", "- One\n- Two\n"},
        {"<a href=\"https://x.example/?a=1&amp;b=2\">Go</a>!",
         "Go (https://x.example/?a=1&b=2)!\n"},
        {"<A HREF='https://x.example'>https://x.example</A>", "https://x.example\n"},
        {"<a class=x href=https://x.example>Go</a>", "Go (https://x.example)\n"},
        {"<a>Go</a>", "Go\n"},
        {"&lt;b&gt; &amp;amp; &#65;&#x42; &nbsp;&euro; & &#0; &#xD800;",
         "<b> &amp; AB \xE2\x82\xAC &\n"},
        {"&hearts; &Uuml;ber &rarr; &frac12; &alpha;",
         "\xE2\x99\xA5 \xC3\x9C"
         "ber \xE2\x86\x92 \xC2\xBD \xCE\xB1\n"},
        {"fish & chips &unknown; AT&T", "fish & chips &unknown; AT&T\n"},
        {"x < 3 && y > 4", "x < 3 && y > 4\n"},
        {"1 <2, x<=3, i <- 4, <3", "1 <2, x<=3, i <- 4, <3\n"},
        {"<p title='a > b'>t</p>", "t\n"},
        {"<img alt=\"x > y\" src=a><a title=\">\" href=\"https://x.example/?a>b\">Go</a>",
         "x > y"
         "Go (https://x.example/?a>b)\n"},
        {"One<div>Two</div>Three", "One\nTwo\nThree\n"},
        {"<!doctype html><html><head><title>T</title></head><body><p>x</body></html>y", "xy\n"},
        {"<head><title>T</title></head>x<STYLE>p{}</STYLE>y<script>1<2</script>z", "xyz\n"},
        {"x<!-- <p>hidden</p> -->y", "xy\n"},
        {"<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc\n"},
        {"<img src=x alt=\"Logo\">", "Logo\n"},
        {"\xC3\xA9&#8364;", "\xC3\xA9\xE2\x82\xAC\n"},
        {"&#128; &#146;s", "\u20AC \u2019s\n"},
        {"<pre>a\n  b\n\n\nc</pre>d\ne", "a\nb\n\nc\nd e\n"},
        {"x<p", "x\n"},
        {"x<a href=\"", "x\n"},
        {"x<!-- ", "x\n"},
        {"x<style>", "x\n"},
    };
    for (const auto& [html, text] : table) {
        EXPECT_EQ(html_to_text(html), text) << html;
    }
}

TEST(HtmlToText, StaysFastOnHostileInput) {
    std::string brackets;
    for (int i = 0; i < 200'000; ++i) {
        brackets += "<a href=&";
    }
    EXPECT_LT(html_to_text(brackets).size(), brackets.size());
    std::string open;
    for (int i = 0; i < 25'000; ++i) {
        open += "<i>";
    }
    for (int i = 0; i < 6'000; ++i) {
        open += "</b>";
    }
    EXPECT_EQ(html_to_text(open + "x"), "x\n");
    std::string formats;
    for (int i = 0; i < 4'000; ++i) {
        formats += "<b id=" + std::to_string(i) + ">";
    }
    for (int i = 0; i < 10'000; ++i) {
        formats += "<p>x";
    }
    EXPECT_EQ(html_to_text(formats).size(), 3 * 10'000U - 1);
}

}  // namespace
}  // namespace tripos::mail
