// SPDX-License-Identifier: MIT
#include "notices/unsubscribe_links.hpp"

#include <gtest/gtest.h>

namespace tripos::notices {
namespace {

constexpr const char* kMail = "018f0000-0000-7000-8000-000000000001";

TEST(UnsubscribeLinks, LeadBackToTheirMail) {
    const UnsubscribeLinks links(Secret("a secret"), "https://exams.example.org");
    const auto link = links.link_for(kMail);
    EXPECT_TRUE(link.starts_with("https://exams.example.org/unsubscribe/")) << link;
    EXPECT_EQ(links.mail_of(links.token_for(kMail)), kMail);
    EXPECT_EQ(links.token_for(kMail), links.token_for(kMail));
}

TEST(UnsubscribeLinks, AreNotBelievedWhenTheyWereNotMadeHere) {
    const UnsubscribeLinks links(Secret("a secret"), "https://exams.example.org");
    const auto good = links.token_for(kMail);
    for (std::size_t at = 0; at < good.size(); ++at) {
        auto altered = good;
        altered[at] = altered[at] == '1' ? '2' : '1';
        EXPECT_FALSE(links.mail_of(altered)) << at;
    }
    const UnsubscribeLinks other(Secret("another secret"), "https://exams.example.org");
    EXPECT_FALSE(links.mail_of(other.token_for(kMail)));
    for (const std::string token : {"", "x", kMail, "018f0000-0000-7000-8000-000000000001-"}) {
        EXPECT_FALSE(links.mail_of(token)) << token;
    }
    EXPECT_FALSE(links.mail_of(good + "0"));
}

}  // namespace
}  // namespace tripos::notices
