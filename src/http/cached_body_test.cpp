// SPDX-License-Identifier: MIT
#include "http/cached_body.hpp"

#include <gtest/gtest.h>

namespace tripos::http {
namespace {

const std::string kLong(5000, 'x');

Request asking(std::vector<std::pair<std::string, std::string>> headers) {
    Request request;
    request.headers = std::move(headers);
    return request;
}

std::string header(const Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
        if (key == name) {
            return value;
        }
    }
    return "";
}

struct PreconditionCase {
    const char* name;
    const char* header;
    std::string value;
    int status;
};

TEST(CachedBody, AnswersPreconditionsAsRfc9110Says) {
    const CachedBody body("text/plain", "small");
    const auto etag = header(body.answer(Request()), "ETag");
    ASSERT_EQ(etag.size(), 34U);
    const PreconditionCase cases[] = {
        {"the same", "if-none-match", etag, 304},
        {"weak comparison", "if-none-match", "W/" + etag, 304},
        {"in a list", "if-none-match", "\"a\", W/\"b\" ," + etag, 304},
        {"a comma inside a tag", "if-none-match", "\"a,b\"," + etag, 304},
        {"any", "if-none-match", "*", 304},
        {"another", "if-none-match", "\"a\"", 200},
        {"without quotes", "if-none-match", etag.substr(1, 32), 200},
        {"unfinished", "if-none-match", etag.substr(0, 33), 200},
        {"empty", "if-none-match", "", 200},
        {"strong match", "if-match", etag, 200},
        {"strong match in a list", "if-match", "\"a\", " + etag, 200},
        {"any match", "if-match", "*", 200},
        {"weak is no strong match", "if-match", "W/" + etag, 412},
        {"no match", "if-match", "\"a\"", 412},
    };
    for (const auto& one : cases) {
        const auto response = body.answer(asking({{one.header, one.value}}));
        EXPECT_EQ(response.status, one.status) << one.name;
        EXPECT_EQ(response.body.empty(), one.status == 304) << one.name;
    }
    const auto both = asking({{"if-none-match", "\"a\""}, {"if-none-match", etag}});
    EXPECT_EQ(body.answer(both).status, 304) << "two header lines are one list";
}

TEST(CachedBody, SaysTheSameAboutItselfIn304) {
    const CachedBody body("text/plain", kLong, "public, max-age=300");
    const auto full = body.answer(Request());
    const auto known = body.answer(asking({{"if-none-match", header(full, "ETag")}}));
    ASSERT_EQ(known.status, 304);
    for (const auto* name : {"ETag", "Cache-Control", "Vary", "Content-Type"}) {
        EXPECT_EQ(header(known, name), header(full, name)) << name;
    }
    EXPECT_EQ(header(known, "Content-Encoding"), "");
}

struct CodingCase {
    const char* accepted;
    bool is_packed;
};

TEST(CachedBody, SendsTheCodingTheClientPrefers) {
    const CachedBody body("text/plain", kLong);
    const CodingCase cases[] = {
        {"gzip", true},
        {"GZIP", true},
        {"x-gzip", true},
        {"deflate, gzip;q=0.5, br", true},
        {"*", true},
        {"gzip;q=1.0, identity; q=0.5", true},
        {"", false},
        {"identity", false},
        {"br", false},
        {"gzip;q=0", false},
        {"gzip;q=0.000", false},
        {"gzip;q=0, *", false},
        {"*;q=0", false},
        {"gzip;q=0.5, identity", false},
        {"gzip;q=0.5;identity;q=0.9", false},
        {"gzip;q=nonsense", false},
    };
    for (const auto& one : cases) {
        const auto response = body.answer(asking({{"accept-encoding", one.accepted}}));
        EXPECT_EQ(header(response, "Content-Encoding"), one.is_packed ? "gzip" : "")
            << one.accepted;
        EXPECT_EQ(response.body.size() < kLong.size(), one.is_packed) << one.accepted;
        EXPECT_EQ(header(response, "Vary"), "Accept-Encoding") << one.accepted;
    }
}

TEST(CachedBody, GivesEachCodingAnEntityTagOfItsOwn) {
    const CachedBody body("text/plain", kLong);
    const auto plain = header(body.answer(Request()), "ETag");
    const auto packed = header(body.answer(asking({{"accept-encoding", "gzip"}})), "ETag");
    EXPECT_NE(plain, packed);
    EXPECT_EQ(body.answer(asking({{"if-none-match", packed}})).status, 200);
    EXPECT_EQ(body.answer(asking({{"if-none-match", packed}, {"accept-encoding", "gzip"}})).status,
              304);
}

TEST(CachedBody, LeavesSmallBodiesAlone) {
    const CachedBody body("text/plain", "small");
    const auto response = body.answer(asking({{"accept-encoding", "gzip"}}));
    EXPECT_EQ(response.body, "small");
    EXPECT_EQ(header(response, "Vary"), "");
}

TEST(LatestBody, IsMadeAnewOnlyWhenTheValueChanges) {
    LatestBody latest("application/json");
    const auto first = latest.of("{}");
    EXPECT_EQ(latest.of("{}"), first);
    const auto second = latest.of("[]");
    EXPECT_NE(second, first);
    EXPECT_EQ(second->plain(), "[]");
}

}  // namespace
}  // namespace tripos::http
