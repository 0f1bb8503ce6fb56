// SPDX-License-Identifier: MIT
#include <algorithm>

#include "core/text.hpp"
#include "fuzz/fuzz.hpp"
#include "http/detail/request_parser.hpp"
#include "http/message.hpp"

namespace tripos::fuzz {

namespace {

using http::Request;
using http::detail::RequestParser;
using State = RequestParser::State;

constexpr http::detail::ParserLimits kLimits{.header = 2048, .body = 8192};
/// Of a head or of what stands between chunks; beyond it the parser must have come to a decision.
constexpr std::size_t kMostPending = 8 * 1024;
/// From here on requests are refused for too much beside their bodies, which is a matter of what
/// has arrived so far.
constexpr std::size_t kMostFraming = 32 * 1024;

/// The request in the plainest form that means the same.
std::string plain(const Request& request, bool is_http11) {
    std::string out = request.method_name + " " + request.path;
    out += request.query.empty() ? "" : "?" + request.query;
    out += is_http11 ? " HTTP/1.1\r\n" : " HTTP/1.0\r\n";
    for (const auto& [name, value] : request.headers) {
        if (name != "transfer-encoding" && name != "content-length") {
            out += name + ": " + value + "\r\n";
        }
    }
    out += "content-length: " + std::to_string(request.body.size()) + "\r\n\r\n";
    return out + request.body;
}

void require_promises(const Request& request) {
    require(request.body.size() <= kLimits.body, "the body is within its limit");
    const auto path = http::percent_decode(request.path);
    require(path && is_valid_utf8(*path) && !has_control_characters(*path),
            "the path is text without control characters");
    for (const auto& [name, value] : request.headers) {
        require(name == to_lower(name), "names are in lower case");
        require(!has_control_characters(value, "\t"), "a header is one line");
    }
    for (const auto part : split(request.query, '&')) {
        const auto value = request.query_parameter(part.substr(0, part.find('=')));
        require(!value || is_valid_utf8(*value), "a parameter is UTF-8");
    }
    request.cookies("session");
}

struct Heard {
    std::vector<std::string> requests;  ///< plain
    bool refused = false;
};

/// As a connection reads: what was not taken is offered again, with more behind it.
Heard hear(const Pieces& pieces) {
    Heard heard;
    RequestParser parser(kLimits);
    Request request;
    parser.begin(request);
    std::string pending;
    std::size_t begin = 0;
    for (const auto piece : pieces) {
        pending.append(piece);
        for (std::size_t used = 1; used > 0 && begin < pending.size();) {
            const auto offered = std::string_view(pending).substr(begin);
            used = parser.consume(offered);
            require(used <= offered.size(), "no more is taken than is there");
            begin += used;
            if (parser.state() == State::rejected) {
                require(parser.rejection().status >= 400, "a refusal has a status");
                heard.refused = true;
                return heard;
            }
            if (parser.state() == State::complete) {
                require_promises(request);
                heard.requests.push_back(plain(request, parser.is_http11()));
                if (!parser.keep_alive()) {
                    return heard;
                }
                request = {};
                parser.begin(request);
                used = 1;
            } else if (parser.state() == State::body) {
                used = 0;
            }
        }
        require(pending.size() - begin <= kMostPending, "what is not understood is bounded");
        if (begin > kMostPending) {
            pending.erase(0, begin);
            begin = 0;
        }
    }
    return heard;
}

std::string understood(const Pieces& pieces) {
    const auto heard = hear(pieces);
    std::string out;
    for (const auto& request : heard.requests) {
        out += request + "\n--\n";
    }
    return out + (heard.refused ? "refused" : "");
}

}  // namespace

void http_request(std::string_view input) {
    require_same_in_pieces(input.substr(0, kMostFraming), understood);
    for (const auto& request : hear({input}).requests) {
        const auto again = hear({request}).requests;
        require(again.size() == 1 && again.front() == request,
                "a request in plain form is the same request");
    }
}

}  // namespace tripos::fuzz
