// SPDX-License-Identifier: MIT
#include "http/origins.hpp"

#include <gtest/gtest.h>

namespace tripos::http {
namespace {

TEST(OriginOf, IsSpelledAsBrowsersSpellIt) {
    EXPECT_EQ(origin_of("https://Exams.Example.org/"), "https://exams.example.org");
    EXPECT_EQ(origin_of("https://exams.example.org:443/a/b"), "https://exams.example.org");
    EXPECT_EQ(origin_of("http://localhost:8000"), "http://localhost:8000");
    EXPECT_EQ(origin_of("http://localhost:80"), "http://localhost");
    EXPECT_EQ(origin_of("http://[::1]:3000/"), "http://[::1]:3000");
    for (const auto* text : {"", "foo", "exams.example.org", "ftp://exams.example.org", "https://",
                             "https:///x", "https://user@host", "https://*.example.org", "null"}) {
        EXPECT_EQ(origin_of(text), "") << text;
    }
}

TEST(Origins, HoldsExactlyWhatItNames) {
    const Origins origins({"http://localhost:3000", "https://App.example/"});
    EXPECT_TRUE(origins.contains("http://localhost:3000"));
    EXPECT_TRUE(origins.contains("https://app.example"));
    for (const auto* text : {"http://localhost:3001", "http://app.example",
                             "https://app.example.evil", "https://evil-app.example",
                             "https://x.app.example", "null", "", "https://app.example/path"}) {
        EXPECT_FALSE(origins.contains(text)) << text;
    }
}

TEST(Origins, AStarStandsForOneLabelOrMoreOverHttps) {
    const Origins origins({"https://*.example.org", "https://*.lab.example:8443"});
    EXPECT_TRUE(origins.contains("https://a.example.org"));
    EXPECT_TRUE(origins.contains("https://a.b.example.org"));
    EXPECT_TRUE(origins.contains("https://x.lab.example:8443"));
    for (const auto* text :
         {"https://example.org", "http://a.example.org", "https://.example.org",
          "https://a..example.org", "https://evilexample.org", "https://a.example.org:8443",
          "https://a.example.org.evil", "https://x.lab.example", "https://evil:1.example.org"}) {
        EXPECT_FALSE(origins.contains(text)) << text;
    }
}

TEST(Origins, KnowsWhatIsAPattern) {
    for (const auto* text :
         {"https://*.example.org", "https://a.example", "http://localhost:3000"}) {
        EXPECT_TRUE(Origins::is_pattern(text)) << text;
    }
    for (const auto* text :
         {"*", "foo", "http://*.example.org", "https://*", "https://*.", "https://*example.org",
          "https://a.*.example.org", "https://*.com", "https://*..a.org", "https://*.:8443",
          "https://a.org:abc", "https://a.org:99999", "https://...", "https://[::1",
          "http://a:80:80", "https://a.org:0"}) {
        EXPECT_FALSE(Origins::is_pattern(text)) << text;
    }
}

TEST(Origins, NobodysIsEmpty) {
    EXPECT_TRUE(Origins().empty());
    EXPECT_FALSE(Origins().contains("https://a.example"));
}

}  // namespace
}  // namespace tripos::http
