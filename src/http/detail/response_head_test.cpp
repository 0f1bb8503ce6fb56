// SPDX-License-Identifier: MIT
#include "http/detail/response_head.hpp"

#include <gtest/gtest.h>

namespace tripos::http::detail {
namespace {

std::string head_of(const Response& response) {
    std::string out;
    HeadContext context;
    context.date = "Mon, 23 Nov 2026 09:30:00 GMT";
    context.request_id = "id-1";
    append_head(out, response, context);
    return out;
}

std::size_t count(const std::string& text, const std::string& part) {
    std::size_t found = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++found;
    }
    return found;
}

TEST(ResponseHead, NeverLetsAValueBeginAHeader) {
    Response response;
    response.with_header("Location", "/x\r\nSet-Cookie: a=b\n\r");
    const auto head = head_of(response);
    EXPECT_EQ(head.find("\r\nSet-Cookie"), std::string::npos);
    EXPECT_NE(head.find("Location: /x  Set-Cookie: a=b  \r\n"), std::string::npos) << head;
}

TEST(ResponseHead, LetsTheHandlerChooseCachingAndPolicy) {
    auto response = html_response(200, "<p>");
    response.with_header("cache-control", "max-age=60")
        .with_header("Content-Security-Policy", "default-src 'none'");
    const auto head = head_of(response);
    EXPECT_EQ(count(head, "no-store"), 0U);
    EXPECT_EQ(count(head, "Content-Security-Policy"), 1U);
}

TEST(ResponseHead, WritesFramingHeadersItself) {
    auto response = text_response(200, "abc");
    response.with_header("Content-Length", "99").with_header("Connection", "upgrade");
    const auto head = head_of(response);
    EXPECT_EQ(count(head, "Content-Length: 3\r\n"), 1U);
    EXPECT_EQ(count(head, "99"), 0U);
    EXPECT_EQ(count(head, "upgrade"), 0U);
}

TEST(ResponseHead, GivesNoLengthToBodilessStatuses) {
    for (const int status : {204, 304}) {
        Response response;
        response.status = status;
        EXPECT_EQ(head_of(response).find("Content-Length"), std::string::npos);
    }
}

TEST(RequestId, GoesIntoProblemsOnly) {
    auto error = problem(404, "not_found", "No");
    add_request_id(error, "id-1");
    EXPECT_TRUE(error.body.ends_with(R"(,"requestId":"id-1"})")) << error.body;
    auto fine = json_response(200, "{}");
    add_request_id(fine, "id-1");
    EXPECT_EQ(fine.body, "{}");
}

}  // namespace
}  // namespace tripos::http::detail
