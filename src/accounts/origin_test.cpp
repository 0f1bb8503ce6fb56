// SPDX-License-Identifier: MIT
#include "accounts/origin.hpp"

#include <gtest/gtest.h>

namespace tripos::accounts {
namespace {

struct Case {
    const char* name;
    const char* host;
    const char* origin;  ///< null: no header
    bool ours;
};

class OriginTest : public testing::TestWithParam<Case> {};

TEST_P(OriginTest, DecidesWhoseThePageIs) {
    http::Request request;
    request.headers = {{"host", GetParam().host}};
    if (GetParam().origin != nullptr) {
        request.headers.emplace_back("origin", GetParam().origin);
    }
    EXPECT_EQ(comes_from_our_pages(request,
                                   http::Origins({"http://localhost:3000", "https://app.example"})),
              GetParam().ours);
}

INSTANTIATE_TEST_SUITE_P(
    Table, OriginTest,
    testing::Values(Case{"own", "exams.example", "https://exams.example", true},
                    Case{"own_with_port", "localhost:8000", "http://localhost:8000", true},
                    Case{"own_other_scheme", "exams.example", "http://exams.example", true},
                    Case{"own_other_case", "exams.example", "https://Exams.Example", true},
                    Case{"own_with_its_schemes_port", "exams.example:443", "https://exams.example",
                         true},
                    Case{"other_port", "localhost:8000", "http://localhost:8001", false},
                    Case{"configured", "exams.example", "http://localhost:3000", true},
                    Case{"configured_other_scheme", "exams.example", "http://app.example", false},
                    Case{"foreign", "exams.example", "https://evil.example", false},
                    Case{"suffix", "exams.example", "https://exams.example.evil.example", false},
                    Case{"prefix", "exams.example", "https://evil-exams.example", false},
                    Case{"null_origin", "exams.example", "null", false},
                    Case{"empty", "exams.example", "", false},
                    Case{"no_scheme", "exams.example", "exams.example", false},
                    Case{"other_scheme", "exams.example", "ftp://exams.example", false},
                    Case{"empty_host", "", "http://", false},
                    Case{"missing", "exams.example", nullptr, false}),
    [](const auto& row) { return row.param.name; });

TEST(Origin, OnlyReadingMethodsAreSafe) {
    EXPECT_FALSE(is_unsafe(http::Method::get));
    EXPECT_FALSE(is_unsafe(http::Method::head));
    EXPECT_FALSE(is_unsafe(http::Method::options));
    EXPECT_TRUE(is_unsafe(http::Method::post));
    EXPECT_TRUE(is_unsafe(http::Method::delete_));
    EXPECT_TRUE(is_unsafe(http::Method::other));
}

}  // namespace
}  // namespace tripos::accounts
