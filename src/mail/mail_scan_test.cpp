// SPDX-License-Identifier: MIT
#include "mail/detail/mail_scan.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace tripos::mail::detail {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(MailScan, FindsEachLinkOnceWithoutThePunctuationAroundIt) {
    EXPECT_THAT(find_links("Go (https://x.example/a?b=1&c=2), or http://y.example/. Again: "
                           "https://x.example/a?b=1&c=2"),
                ElementsAre("https://x.example/a?b=1&c=2", "http://y.example/"));
    EXPECT_THAT(find_links("ftp://x.example http:/x"), IsEmpty());
}

TEST(MailScan, FindsSixDigitsThatStandAlone) {
    EXPECT_THAT(
        find_codes(
            "Your code: 042917. Not 12345, 1234567, a123456 or 123456b; 042917 again, 999999"),
        ElementsAre("042917", "999999"));
    EXPECT_THAT(find_codes("https://x.example/123456 (http://x.example/?t=654321)"), IsEmpty());
    EXPECT_THAT(find_codes(""), IsEmpty());
}

}  // namespace
}  // namespace tripos::mail::detail
