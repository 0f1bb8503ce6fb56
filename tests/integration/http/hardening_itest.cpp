// SPDX-License-Identifier: MIT
// What attackers and broken clients send: smuggling, limits, silence, slowness.
#include <gtest/gtest.h>

#include "raw_client.hpp"
#include "test_site.hpp"

namespace tripos::http::test {
namespace {

/// A request that is fine except for what the case is about; a smuggled second one would be
/// answered, too.
struct Bad {
    const char* name;
    std::string bytes;
    int status = 400;
};

std::string post(const std::string& headers, const std::string& body) {
    return "POST /echo HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n" + body;
}

std::vector<Bad> framing_cases() {
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    return {
        {"both framings", post("Content-Length: 5\r\n" + chunked, "0\r\n\r\n")},
        {"both framings, other order", post(chunked + "Content-Length: 5\r\n", "0\r\n\r\n")},
        {"two equal lengths", post("Content-Length: 2\r\nContent-Length: 2\r\n", "ab")},
        {"two lengths", post("Content-Length: 2\r\nContent-Length: 3\r\n", "abc")},
        {"list of lengths", post("Content-Length: 2, 2\r\n", "ab")},
        {"signed length", post("Content-Length: +2\r\n", "ab")},
        {"negative length", post("Content-Length: -2\r\n", "ab")},
        {"hex length", post("Content-Length: 0x2\r\n", "ab")},
        {"empty length", post("Content-Length:\r\n", "")},
        {"huge length", post("Content-Length: 99999999999999999999999\r\n", "")},
        {"spaced length", post("Content-Length: 1 2\r\n", "ab")},
        {"identity", post("Transfer-Encoding: identity\r\n", "")},
        {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n")},
        {"chunked twice", post(chunked + chunked, "0\r\n\r\n")},
        {"chunked, chunked", post("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")},
        {"xchunked", post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")},
        {"chunked with parameter", post("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")},
        {"chunked with vertical tab", post("Transfer-Encoding: \vchunked\r\n", "0\r\n\r\n")},
        {"chunked in 1.0", "POST /echo HTTP/1.0\r\n" + chunked + "\r\n0\r\n\r\n"},
        {"chunk size with sign", post(chunked, "+2\r\nab\r\n0\r\n\r\n")},
        {"chunk size with prefix", post(chunked, "0x2\r\nab\r\n0\r\n\r\n")},
        {"chunk size with underscore", post(chunked, "1_0\r\nab\r\n0\r\n\r\n")},
        {"chunk size empty", post(chunked, "\r\nab\r\n0\r\n\r\n")},
        {"chunk size overflow", post(chunked, "11111111111111111\r\nab\r\n0\r\n\r\n")},
        {"chunk ends in LF", post(chunked, "2\nab\r\n0\r\n\r\n")},
        {"chunk data ends in LF", post(chunked, "2\r\nab\n0\r\n\r\n")},
        {"chunk longer than said", post(chunked, "2\r\nabc\r\n0\r\n\r\n")},
        {"LF in a chunk extension", post(chunked, "2;a=\"\n\"\r\nab\r\n0\r\n\r\n")},
        {"blank after the chunk size", post(chunked, "2 \r\nab\r\n0\r\n\r\n")},
        {"blank before the chunk size", post(chunked, " 2\r\nab\r\n0\r\n\r\n")},
        {"CR in a chunk extension", post(chunked, "2;a\rb\r\nab\r\n0\r\n\r\n")},
        {"NUL in a chunk extension",
         post(chunked, "2;a" + std::string(1, '\0') + "\r\nab\r\n0\r\n\r\n")},
        {"chunk data ends in CR", post(chunked, "2\r\nab\rx0\r\n\r\n")},
        {"LF in a trailer", post(chunked, "2\r\nab\r\n0\r\nA: b\nC: d\r\n\r\n")},
        {"framing in a trailer", post(chunked, "2\r\nab\r\n0\r\nContent-Length: 50\r\n\r\n")},
        {"trailer without colon", post(chunked, "2\r\nab\r\n0\r\nnonsense\r\n\r\n")},
        {"length hidden by a folded line",
         "POST /echo HTTP/1.1\r\nHost: a\r\nX: 1\r\n Content-Length: 5\r\n\r\n"},
        {"length with a blank before the colon", post("Content-Length : 5\r\n", "hello")},
        {"encoding with a blank before the colon",
         post("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")},
        {"encoding after a bare LF", post("X: 1\n" + chunked, "0\r\n\r\n")},
        {"encoding after a bare CR", post("X: 1\r" + chunked, "0\r\n\r\n")},
        {"length of two forms", post("Content-Length: 5\r\nContent-Length: 05\r\n", "hello")},
        {"LF after the last chunk", post(chunked, "2\r\nab\r\n0\r\n\n")},
        {"LF after a trailer", post(chunked, "2\r\nab\r\n0\r\nA: b\r\n\n")},
        {"chunks that are nearly all extension",
         post(chunked,
              [] {
                  std::string chunks;
                  for (int i = 0; i < 2000; ++i) {
                      chunks += "1;a=" + std::string(1000, 'x') + "\r\ny\r\n";
                  }
                  return chunks;
              }())},
        {"endless chunk extension", post(chunked, "2;a=" + std::string(20'000, 'x'))},
        {"endless trailer", post(chunked, "0\r\nA: " + std::string(20'000, 'x'))},
    };
}

std::vector<Bad> head_cases() {
    const std::string line = "GET /hello HTTP/1.1\r\n";
    const std::string host = "Host: a\r\n";
    const auto nul = std::string("X: a\0b\r\n", 8);
    return {
        {"no host", line + "\r\n"},
        {"two hosts", line + host + host + "\r\n"},
        {"bad host", line + "Host: a b\r\n\r\n"},
        {"empty host", line + "Host:\r\n\r\n"},
        {"host with half an address", line + "Host: [::1\r\n\r\n"},
        {"host with a word for its port", line + "Host: x:port\r\n\r\n"},
        {"host with a malformed escape", line + "Host: %zz\r\n\r\n"},
        {"host without a name", line + "Host: :8000\r\n\r\n"},
        {"host with path", line + "Host: a/b\r\n\r\n"},
        {"absolute target of another host", "GET http://b/hello HTTP/1.1\r\n" + host + "\r\n"},
        {"folded header", line + host + "X: 1\r\n 2\r\n\r\n"},
        {"folded first header", line + " " + host + "\r\n"},
        {"space before colon", line + host + "X : 1\r\n\r\n"},
        {"tab before colon", line + host + "X\t: 1\r\n\r\n"},
        {"no colon", line + host + "X\r\n\r\n"},
        {"empty name", line + host + ": 1\r\n\r\n"},
        {"name with brackets", line + host + "X(y): 1\r\n\r\n"},
        {"NUL in a value", line + host + nul + "\r\n"},
        {"CR in a value", line + host + "X: a\rb\r\n\r\n"},
        {"CR before CR LF", line + host + "X: a\r\r\n\r\n"},
        {"LF only", "GET /hello HTTP/1.1\nHost: a\n\n"},
        {"LF after the request line", "GET /hello HTTP/1.1\nHost: a\r\n\r\n"},
        {"LF between headers", line + "Host: a\nX: 1\r\n\r\n"},
        {"two spaces", "GET  /hello HTTP/1.1\r\n" + host + "\r\n"},
        {"tab for space", "GET\t/hello HTTP/1.1\r\n" + host + "\r\n"},
        {"trailing space", "GET /hello HTTP/1.1 \r\n" + host + "\r\n"},
        {"space in target", "GET /hel lo HTTP/1.1\r\n" + host + "\r\n"},
        {"bytes in target", "GET /h\xC3\xA9llo HTTP/1.1\r\n" + host + "\r\n"},
        {"fragment in target", "GET /hello#x HTTP/1.1\r\n" + host + "\r\n"},
        {"bad method", "G(T /hello HTTP/1.1\r\n" + host + "\r\n"},
        {"no method", " /hello HTTP/1.1\r\n" + host + "\r\n"},
        {"relative target", "GET hello HTTP/1.1\r\n" + host + "\r\n"},
        {"authority target", "CONNECT a:80 HTTP/1.1\r\n" + host + "\r\n"},
        {"star target", "GET * HTTP/1.1\r\n" + host + "\r\n"},
        {"lower-case version", "GET /hello http/1.1\r\n" + host + "\r\n"},
        {"long version", "GET /hello HTTP/1.10\r\n" + host + "\r\n"},
        {"version 0.9", "GET /hello\r\n\r\n"},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
        {"malformed escape", "GET /item/%zz HTTP/1.1\r\n" + host + "\r\n"},
        {"escaped NUL", "GET /item/a%00 HTTP/1.1\r\n" + host + "\r\n"},
        {"escaped line break", "GET /item/a%0d%0a HTTP/1.1\r\n" + host + "\r\n"},
        {"overlong UTF-8", "GET /item/%c0%af HTTP/1.1\r\n" + host + "\r\n"},
        {"escaped NUL in the query", "GET /item/a?q=%00 HTTP/1.1\r\n" + host + "\r\n"},
        {"TLS hello", std::string("\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 11)},
        {"too many headers",
         [&] {
             std::string text = line + host;
             for (int i = 0; i < 120; ++i) {
                 text += "X" + std::to_string(i) + ": 1\r\n";
             }
             return text + "\r\n";
         }(),
         431},
    };
}

TEST(Server, RefusesBadRequestsAndClosesSoThatNothingIsSmuggled) {
    TestSite site;
    auto cases = framing_cases();
    const auto heads = head_cases();
    cases.insert(cases.end(), heads.begin(), heads.end());
    for (const auto& bad : cases) {
        RawClient client(site.port());
        const auto answer = client.ask(bad.bytes + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(answer.status, bad.status) << bad.name << ": " << answer.head;
        EXPECT_EQ(answer.header("Connection"), "close") << bad.name;
        EXPECT_NE(answer.body.find(R"("success":false)"), std::string::npos) << bad.name;
        EXPECT_NE(answer.body.find(R"("requestId":")"), std::string::npos) << bad.name;
        EXPECT_TRUE(client.is_closed()) << bad.name;
    }
}

/// Unusual, and right: RFC 9112 has a recipient take these. The body is what /echo must have got.
struct Odd {
    const char* name;
    std::string bytes;
    const char* body;
};

TEST(Server, TakesWhatIsUnusualButRightAndKeepsItsPlaceInTheStream) {
    const std::string chunked = "Transfer-Encoding: chunked\r\n";
    const Odd cases[] = {
        {"blanks around a length", post("Content-Length: \t2 \r\n", "ab"), "ab"},
        {"zeros before a length", post("Content-Length: 0002\r\n", "ab"), "ab"},
        {"coding in capitals", post("Transfer-Encoding: Chunked\r\n", "2\r\nab\r\n0\r\n\r\n"),
         "ab"},
        {"hex in capitals", post(chunked, "A\r\n0123456789\r\n0\r\n\r\n"), "0123456789"},
        {"zeros before a chunk size", post(chunked, "0002\r\nab\r\n0000\r\n\r\n"), "ab"},
        {"chunk extensions are ignored", post(chunked, "2;a;b=c;d=\"e f\"\r\nab\r\n0;last\r\n\r\n"),
         "ab"},
        {"empty lines before the request line", "\r\n\r\n" + post("Content-Length: 2\r\n", "ab"),
         "ab"},
        {"an unknown Connection option", post("Connection: TE, x\r\nContent-Length: 2\r\n", "ab"),
         "ab"},
        {"an upgrade that is not served",
         post("Connection: upgrade\r\nUpgrade: h2c\r\nContent-Length: 2\r\n", "ab"), "ab"},
        {"no body at all", post("", ""), ""},
    };
    TestSite site;
    for (const auto& odd : cases) {
        RawClient client(site.port());
        const auto answer = client.ask(odd.bytes + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
        EXPECT_EQ(answer.status, 200) << odd.name << ": " << answer.body;
        EXPECT_EQ(answer.body, odd.body) << odd.name;
        EXPECT_EQ(client.receive().body, R"({"hello":true})") << odd.name;
        EXPECT_FALSE(client.has_bytes()) << odd.name;
    }
    RawClient client(site.port());
    const auto* get = "GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    EXPECT_EQ(client.ask(get).status, 200) << "a GET may have a body, which means nothing";
    EXPECT_EQ(client.ask(get).status, 200);
}

TEST(Server, RefusesHeadsAndBodiesBeyondTheirLimits) {
    ServerOptions options;
    options.header_limit = 2048;
    options.body_limit = 1000;
    TestSite site(options);
    const std::string filler(3000, 'x');
    const Bad cases[] = {
        {"header", "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + filler + "\r\n\r\n", 431},
        {"header without end", "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + filler, 431},
        {"request line", "GET /" + filler + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
        {"body", post("Content-Length: 1001\r\n", filler.substr(0, 1001)), 413},
        {"announced body", post("Content-Length: 1001\r\nExpect: 100-continue\r\n", ""), 413},
        {"chunks",
         post("Transfer-Encoding: chunked\r\n",
              "3e8\r\n" + filler.substr(0, 1000) + "\r\n1\r\nx\r\n0\r\n\r\n"),
         413},
    };
    for (const auto& big : cases) {
        RawClient client(site.port());
        const auto answer = client.ask(big.bytes);
        EXPECT_EQ(answer.status, big.status) << big.name;
        ::shutdown(client.descriptor(), SHUT_WR);
        EXPECT_TRUE(client.is_closed()) << big.name;
    }
    RawClient fitting(site.port());
    const auto body = filler.substr(0, 1000);
    EXPECT_EQ(fitting.ask(post("Content-Length: 1000\r\n", body)).body, body);
}

TEST(Server, EndsSilentAndSlowRequestsWith408) {
    ServerOptions options;
    options.header_timeout = std::chrono::seconds(1);
    options.body_timeout = std::chrono::seconds(1);
    options.idle_timeout = std::chrono::seconds(1);
    TestSite site(options);
    RawClient header(site.port());
    RawClient body(site.port());
    RawClient chunk(site.port());
    RawClient idle(site.port());
    RawClient used(site.port());
    header.send("GET /hello HTTP/1.1\r\nHos");
    body.send(post("Content-Length: 5\r\n", "ab"));
    chunk.send(post("Transfer-Encoding: chunked\r\n", "5\r\nab"));
    EXPECT_EQ(used.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
    EXPECT_EQ(header.receive().status, 408);
    EXPECT_EQ(body.receive().status, 408);
    EXPECT_EQ(chunk.receive().status, 408);
    EXPECT_TRUE(header.is_closed());
    EXPECT_TRUE(idle.is_closed());
    EXPECT_TRUE(used.is_closed());
}

TEST(Server, CutsAClientThatDoesNotReadItsResponse) {
    ServerOptions options;
    options.write_timeout = std::chrono::seconds(1);
    TestSite site(options);
    RawClient client(site.port());
    client.send("GET /big HTTP/1.1\r\nHost: a\r\n\r\n");
    RawClient observer(site.port());
    const auto limit = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (site.metrics.render().find("tripos_http_connections 1\n") == std::string::npos ||
           !client.has_bytes()) {
        ASSERT_LT(std::chrono::steady_clock::now(), limit);
        EXPECT_EQ(observer.ask("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n").status, 200);
    }
    EXPECT_LT(client.receive().body.size(), std::size_t{32} << 20);
}

}  // namespace
}  // namespace tripos::http::test
