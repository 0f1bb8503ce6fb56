// SPDX-License-Identifier: MIT
// What every client relies on: keep-alive, pipelining, bodies, methods, headers, CORS, addresses.
#include <gtest/gtest.h>

#include "raw_client.hpp"
#include "test_site.hpp"

namespace tripos::http::test {
namespace {

std::string get(const std::string& path, const std::string& headers = "") {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}

std::string post(const std::string& path, const std::string& body, const std::string& type) {
    return "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Type: " + type +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

TEST(Server, KeepsAConnectionAndAnswersInOrder) {
    TestSite site;
    RawClient client(site.port());
    for (int i = 0; i < 3; ++i) {
        const auto answer = client.ask(get("/hello"));
        EXPECT_EQ(answer.status, 200);
        EXPECT_EQ(answer.body, R"({"hello":true})");
        EXPECT_EQ(answer.header("Connection"), "");
    }
    std::string burst;
    for (int i = 0; i < 50; ++i) {
        burst += get("/item/n" + std::to_string(i));
    }
    client.send(burst);
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(client.receive().body, "n" + std::to_string(i));
    }
}

TEST(Server, AcceptsARequestByteByByte) {
    TestSite site;
    RawClient client(site.port());
    for (const char c : "\r\n" + post("/echo", "body", "text/plain")) {
        client.send(std::string(1, c));
    }
    EXPECT_EQ(client.receive().body, "body");
}

TEST(Server, HonoursCloseAndHttp10) {
    TestSite site;
    RawClient closing(site.port());
    EXPECT_EQ(closing.ask(get("/hello", "Connection: close\r\n")).header("Connection"), "close");
    EXPECT_TRUE(closing.is_closed());
    RawClient old(site.port());
    EXPECT_EQ(old.ask("GET /hello HTTP/1.0\r\n\r\n").header("Connection"), "close");
    EXPECT_TRUE(old.is_closed());
    RawClient kept(site.port());
    const auto* request = "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    EXPECT_EQ(kept.ask(request).header("Connection"), "keep-alive");
    EXPECT_EQ(kept.ask(request).status, 200);
}

TEST(Server, JoinsChunkedBodiesAndIgnoresTrailers) {
    TestSite site;
    RawClient client(site.port());
    const std::string head = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    client.send(head + "5;name=value\r\nhello\r\n");
    client.send("1\r\n \r\n5\r\nworld\r\n0\r\nX-Trailer: 1\r\n\r\n");
    EXPECT_EQ(client.receive().body, "hello world");
    EXPECT_EQ(client.ask(get("/hello")).status, 200);
}

TEST(Server, AnswersExpectContinueBeforeTheBody) {
    TestSite site;
    RawClient client(site.port());
    const std::string head =
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n";
    EXPECT_EQ(client.ask(head).status, 100);
    EXPECT_EQ(client.ask("ok").body, "ok");
    EXPECT_EQ(client.ask("GET /hello HTTP/1.1\r\nHost: a\r\nExpect: miracles\r\n\r\n").status, 417);
}

TEST(Server, ContinuesNobodyWhoDoesNotWait) {
    TestSite site;
    RawClient client(site.port());
    const auto post = [](const std::string& version, const std::string& rest) {
        return "POST /echo HTTP/" + version + "\r\nHost: a\r\nExpect: 100-Continue\r\n" + rest;
    };
    EXPECT_EQ(client.ask(post("1.1", "Content-Length: 2\r\n\r\nok")).body, "ok") << "body is here";
    EXPECT_EQ(client.ask(post("1.1", "Content-Length: 0\r\n\r\n")).status, 200) << "no body";
    client.send(post("1.0", "Content-Length: 2\r\n\r\n"));
    EXPECT_EQ(client.ask("ok").status, 200) << "RFC 9110, 10.1.1: HTTP/1.0 knows no 100";
}

TEST(Server, AnswersConditionalRequestsAndKeepsTheConnection) {
    TestSite site;
    RawClient client(site.port());
    const auto full = client.ask(get("/cached"));
    EXPECT_EQ(full.status, 200);
    const auto again = "If-None-Match: " + full.header("ETag") + "\r\n";
    for (const std::string method : {"GET", "HEAD"}) {
        const auto known =
            client.ask(method + " /cached HTTP/1.1\r\nHost: a\r\n" + again + "\r\n", false);
        EXPECT_EQ(known.status, 304) << method;
        EXPECT_EQ(known.header("ETag"), full.header("ETag"));
        EXPECT_EQ(known.header("Content-Length"), "");
        EXPECT_EQ(known.header("Content-Security-Policy"), full.header("Content-Security-Policy"))
            << "browsers put the headers of a 304 over those they keep";
        EXPECT_EQ(client.ask(get("/item/next")).body, "next") << "304 has no body";
    }
    const auto packed = client.ask(get("/cached", "Accept-Encoding: gzip\r\n"));
    EXPECT_EQ(packed.header("Content-Encoding"), "gzip");
    EXPECT_EQ(packed.header("Vary"), "Accept-Encoding");
    EXPECT_LT(packed.body.size(), full.body.size() / 10);
    const auto head =
        client.ask("HEAD /cached HTTP/1.1\r\nHost: a\r\nAccept-Encoding: gzip\r\n\r\n", false);
    EXPECT_EQ(head.header("Content-Length"), std::to_string(packed.body.size()));
    EXPECT_EQ(client.ask(get("/big", "Accept-Encoding: gzip\r\n")).header("Content-Encoding"), "")
        << "only bodies that were made for it";
}

TEST(Server, AnswersHeadLikeGetWithoutABody) {
    TestSite site;
    RawClient client(site.port());
    const auto answer = client.ask("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n", false);
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.header("Content-Length"), "14");
    EXPECT_EQ(client.ask(get("/item/next")).body, "next");
}

TEST(Server, AnswersUnknownPathsWrongMethodsAndBodyTypes) {
    TestSite site;
    RawClient client(site.port());
    const auto missing = client.ask(get("/nothing"));
    EXPECT_EQ(missing.status, 404);
    EXPECT_EQ(missing.header("Content-Type"), "application/problem+json");
    EXPECT_NE(missing.body.find(R"("requestId":")" + missing.header("X-Request-Id") + "\""),
              std::string::npos);
    const auto wrong = client.ask("DELETE /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(wrong.status, 405);
    EXPECT_EQ(wrong.header("Allow"), "GET, HEAD, OPTIONS");
    const auto options = client.ask("OPTIONS /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(options.status, 204);
    EXPECT_EQ(options.header("Content-Length"), "");
    EXPECT_EQ(client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status, 204);
    EXPECT_EQ(client.ask(post("/api/echo", "a=b", "text/plain")).status, 415);
    EXPECT_EQ(client.ask(post("/api/echo", "{}", "application/json")).status, 200);
}

TEST(Server, DecodesPathsAndTakesAbsoluteTargets) {
    TestSite site;
    RawClient client(site.port());
    EXPECT_EQ(client.ask(get("/item/%C3%A9%20x?q=1")).body, "\xC3\xA9 x");
    EXPECT_EQ(client.ask(get("http://a/item/abs?q=1")).body, "abs");
}

TEST(Server, EchoesOrMakesARequestId) {
    TestSite site;
    RawClient client(site.port());
    EXPECT_EQ(client.ask(get("/hello", "X-Request-Id: abc_DEF-1\r\n")).header("X-Request-Id"),
              "abc_DEF-1");
    const auto made = client.ask(get("/hello", "X-Request-Id: no spaces\r\n"));
    EXPECT_NE(made.header("X-Request-Id"), "no spaces");
    EXPECT_NE(made.header("X-Request-Id"), client.ask(get("/hello")).header("X-Request-Id"));
}

TEST(Server, SendsSecurityHeaders) {
    ServerOptions options;
    options.transport_security = "max-age=31536000";
    TestSite site(options);
    RawClient client(site.port());
    for (const auto* path : {"/hello", "/page", "/nothing"}) {
        const auto answer = client.ask(get(path));
        EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff");
        EXPECT_EQ(answer.header("X-Frame-Options"), "DENY");
        EXPECT_EQ(answer.header("Referrer-Policy"), "no-referrer");
        EXPECT_EQ(answer.header("Cache-Control"), "no-store");
        EXPECT_EQ(answer.header("Strict-Transport-Security"), "max-age=31536000");
        EXPECT_EQ(answer.header("Date").size(), 29U);
    }
    EXPECT_TRUE(client.ask(get("/page"))
                    .header("Content-Security-Policy")
                    .starts_with("default-src 'self'"));
    EXPECT_TRUE(client.ask(get("/hello"))
                    .header("Content-Security-Policy")
                    .starts_with("default-src 'none'"));
}

TEST(Server, AnswersConfiguredOriginsOnly) {
    ServerOptions options;
    options.cors_origins = Origins({"https://front.example"});
    TestSite site(options);
    RawClient client(site.port());
    const std::string ours = "Origin: https://front.example\r\n";
    const auto preflight = client.ask("OPTIONS /api/echo HTTP/1.1\r\nHost: a\r\n" + ours +
                                      "Access-Control-Request-Method: POST\r\n"
                                      "Access-Control-Request-Headers: content-type\r\n\r\n");
    EXPECT_EQ(preflight.status, 204);
    EXPECT_EQ(preflight.header("Access-Control-Allow-Origin"), "https://front.example");
    EXPECT_EQ(preflight.header("Access-Control-Allow-Credentials"), "true");
    EXPECT_NE(preflight.header("Access-Control-Allow-Methods").find("DELETE"), std::string::npos);
    EXPECT_EQ(preflight.header("Access-Control-Allow-Headers"), "content-type");
    EXPECT_EQ(preflight.header("Vary"), "Origin");
    EXPECT_EQ(client.ask(get("/hello", ours)).header("Access-Control-Allow-Origin"),
              "https://front.example");
    for (const auto* other : {"", "Origin: https://evil.example\r\n", "Origin: null\r\n"}) {
        const auto answer = client.ask(get("/hello", other));
        EXPECT_EQ(answer.header("Access-Control-Allow-Origin"), "");
        EXPECT_EQ(answer.header("Vary"), "Origin");
    }
}

TEST(Server, BelievesForwardedAddressesOfTrustedProxiesOnly) {
    const std::string forwarded =
        "X-Forwarded-For: 1.1.1.1, 203.0.113.9\r\nX-Forwarded-Proto: https\r\n";
    TestSite direct;
    RawClient client(direct.port());
    EXPECT_EQ(client.ask(get("/who")).body, "127.0.0.1 local plain");
    EXPECT_EQ(client.ask(get("/who", forwarded)).body, "127.0.0.1 remote plain");
    ServerOptions options;
    options.trusted_proxies = {"127.0.0.0/8"};
    TestSite behind(options);
    RawClient proxied(behind.port());
    EXPECT_EQ(proxied.ask(get("/who", forwarded)).body, "203.0.113.9 remote secure");
    EXPECT_EQ(proxied.ask(get("/who")).body, "127.0.0.1 remote plain");
}

TEST(Server, CountsRequestsByPatternAndNeverByPath) {
    TestSite site;
    RawClient client(site.port());
    client.ask(get("/item/secret"));
    client.ask(get("/nothing"));
    client.ask(get("/hello"));  // its answer proves that the others were counted
    const auto text = site.metrics.render();
    EXPECT_NE(text.find(R"(route="/item/:name")"), std::string::npos) << text;
    EXPECT_NE(text.find(R"(route="none",status="4xx")"), std::string::npos) << text;
    EXPECT_NE(text.find("tripos_http_connections 1"), std::string::npos) << text;
    EXPECT_EQ(text.find("secret"), std::string::npos);
}

}  // namespace
}  // namespace tripos::http::test
