// SPDX-License-Identifier: MIT
#include "http/message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace tripos::http {
namespace {

TEST(PercentDecode, DecodesOrRefuses) {
    EXPECT_EQ(percent_decode("a%20b%2Fc%c3%A9+"), "a b/c\xC3\xA9+");
    EXPECT_EQ(percent_decode(""), "");
    for (const auto* text : {"%", "%4", "a%zz", "%%20", "%-1"}) {
        EXPECT_FALSE(percent_decode(text)) << text;
    }
}

TEST(Request, FindsCookies) {
    Request request;
    request.headers = {{"cookie", "a=1; accessToken=ey.J9=; b=\"two\""}, {"cookie", "c=3"}};
    EXPECT_THAT(request.cookies("accessToken"), testing::ElementsAre("ey.J9="));
    EXPECT_THAT(request.cookies("a"), testing::ElementsAre("1"));
    EXPECT_THAT(request.cookies("b"), testing::ElementsAre("two"));
    EXPECT_THAT(request.cookies("c"), testing::ElementsAre("3"));
    request.headers.emplace_back("cookie", "a=; a=5");
    EXPECT_THAT(request.cookies("a"), testing::ElementsAre("1", "", "5"));
    EXPECT_TRUE(request.cookies("Token").empty());
    EXPECT_TRUE(request.cookies("accesstoken").empty());
}

TEST(Request, DecodesQueryParameters) {
    Request request;
    request.query = "q=a+b%26c&flag&empty=&q=second&bad=%zz";
    EXPECT_EQ(request.query_parameter("q"), "a b&c");
    EXPECT_EQ(request.query_parameter("flag"), "");
    EXPECT_EQ(request.query_parameter("empty"), "");
    EXPECT_FALSE(request.query_parameter("bad"));
    EXPECT_FALSE(request.query_parameter("other"));
}

TEST(Problem, MapsEveryKindToItsStatus) {
    const std::pair<ErrorKind, int> cases[] = {
        {ErrorKind::invalid, 400},     {ErrorKind::unauthorized, 401},
        {ErrorKind::forbidden, 403},   {ErrorKind::not_found, 404},
        {ErrorKind::conflict, 409},    {ErrorKind::rate_limited, 429},
        {ErrorKind::unavailable, 503},
    };
    for (const auto& [kind, status] : cases) {
        const auto response = problem(Error{.kind = kind, .code = "c", .message = "m"});
        EXPECT_EQ(response.status, status);
        const auto body = boost::json::parse(response.body).as_object();
        EXPECT_EQ(body.at("status"), status);
        EXPECT_EQ(body.at("success"), false);
        EXPECT_EQ(body.at("message"), "m");
        EXPECT_EQ(body.at("code"), "c");
        EXPECT_EQ(body.at("type"), "about:blank");
        EXPECT_TRUE(body.at("title").is_string());
    }
}

TEST(Problem, CarriesFieldsExtraMembersAndRetryAfter) {
    auto error = rate_limited("Say \"please\"", std::chrono::seconds(30));
    error.fields = {{"email", "email must be text"}, {"marks", "marks is required"}};
    error.extra = {{"invalidQuestionIds", R"(["a","b"])"}};
    const auto response = problem(error);
    const auto body = boost::json::parse(response.body).as_object();
    EXPECT_EQ(body.at("message"), "Say \"please\"");
    EXPECT_EQ(body.at("errors").as_array().size(), 2U);
    EXPECT_EQ(body.at("errors").at(1).at("field"), "marks");
    EXPECT_EQ(body.at("invalidQuestionIds").as_array().size(), 2U);
    EXPECT_EQ(response.headers.back(), (std::pair<std::string, std::string>("Retry-After", "30")));
}

}  // namespace
}  // namespace tripos::http
