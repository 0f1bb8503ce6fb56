// SPDX-License-Identifier: MIT
#include "loadtest/earlier.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace tripos::loadtest {
namespace {

TEST(Earlier, IsReadFromTheReportOfAnotherRun) {
    const auto earlier = parse_earlier(
        R"({"seconds":[{"p99Micros":1500,"sent":7},{"p99Micros":2000,"sent":0}],"exam":{"requests":{"save":)"
        R"({"responseMicros":{"p50":1000,"p90":2000,"p99":3000,"p99.9":4000,"p99.99":5500}}}}})");
    EXPECT_EQ(earlier.p99, (std::vector<double>{1.5, 2}));
    EXPECT_EQ(earlier.sent, (std::vector<double>{7, 0}));
    EXPECT_EQ(earlier.save, (std::vector<double>{1, 2, 3, 4, 5.5}));
}

TEST(Earlier, IsNothingElse) {
    for (const auto* text : {"", "[]", "{}", "7", R"({"seconds":7})", R"({"seconds":[7]})",
                             R"({"seconds":[{"sent":"x","p99Micros":1}]})", R"({"seconds":[]})"}) {
        EXPECT_THROW(parse_earlier(text), SystemError) << text;
    }
}

}  // namespace
}  // namespace tripos::loadtest
