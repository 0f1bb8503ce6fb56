// SPDX-License-Identifier: MIT
#include "http/detail/request_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include "core/text.hpp"
#include "http/detail/head_check.hpp"
#include "http/detail/target.hpp"

namespace tripos::http::detail {

namespace beast = boost::beast;

namespace {

constexpr std::size_t kMaxChunkExtension = 1024;
/// A chunk header with its extension, or a trailer section, that does not end within this is
/// refused.
constexpr std::size_t kMaxPendingBody = 8 * 1024;
/// Head, chunk headers, extensions and trailers may take this and eight bytes for each of the body,
/// so that nobody spends our time on almost no body.
constexpr std::size_t kMaxFraming = 32 * 1024;
/// Reserved at once for an announced body; larger ones grow as their bytes arrive.
constexpr std::uint64_t kMaxReserve = 64 * 1024;

bool has_bare_line_feed(std::string_view text) {
    for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
        if (at == 0 || text[at - 1] != '\r') {
            return true;
        }
    }
    return false;
}

Method method_of(beast::http::verb verb) {
    switch (verb) {
        case beast::http::verb::get:
            return Method::get;
        case beast::http::verb::head:
            return Method::head;
        case beast::http::verb::post:
            return Method::post;
        case beast::http::verb::put:
            return Method::put;
        case beast::http::verb::patch:
            return Method::patch;
        case beast::http::verb::delete_:
            return Method::delete_;
        case beast::http::verb::options:
            return Method::options;
        default:
            return Method::other;
    }
}

}  // namespace

/// Writes what Beast finds straight into the Request.
class RequestParser::Parser final : public beast::http::basic_parser<true> {
  public:
    using Code = beast::error_code;
    using View = beast::string_view;

    Parser(Request& request, ParserLimits limits) : request_(request) {
        header_limit(static_cast<std::uint32_t>(limits.header));
        body_limit(limits.body);
        eager(true);
    }

    bool is_http11() const { return version_ == 11; }
    const std::optional<Rejection>& rejection() const { return rejection_; }

  private:
    void on_request_impl(beast::http::verb verb, View name, View target, int version,
                         Code& failure) override {
        request_.method = method_of(verb);
        request_.method_name.assign(name.data(), name.size());
        version_ = version;
        rejection_ = read_target({target.data(), target.size()}, request_);
        if (rejection_) {
            failure = beast::http::error::bad_target;
        }
    }

    void on_response_impl(int, View, int, Code&) override {}

    void on_field_impl(beast::http::field, View name, View value, Code&) override {
        if (!is_header_done()) {  // what comes later is a trailer, and ignored
            request_.headers.emplace_back(to_lower({name.data(), name.size()}), value);
        }
    }

    void on_header_impl(Code&) override {}

    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) override {
        request_.body.reserve(static_cast<std::size_t>(std::min(length.value_or(0), kMaxReserve)));
    }

    std::size_t on_body_impl(View body, Code&) override {
        request_.body.append(body.data(), body.size());
        return body.size();
    }

    void on_chunk_header_impl(std::uint64_t, View extensions, Code& failure) override {
        if (extensions.size() > kMaxChunkExtension ||
            has_control_characters({extensions.data(), extensions.size()}, "\t")) {
            failure = beast::http::error::bad_chunk_extension;
        }
    }

    std::size_t on_chunk_body_impl(std::uint64_t, View body, Code&) override {
        request_.body.append(body.data(), body.size());
        return body.size();
    }

    void on_finish_impl(Code&) override {}

    Request& request_;
    std::optional<Rejection> rejection_;
    int version_ = 11;
};

RequestParser::RequestParser(ParserLimits limits) : limits_(limits) {}
RequestParser::~RequestParser() = default;

void RequestParser::begin(Request& request) {
    request_ = &request;
    parser_.reset();
    state_ = State::head;
    scanned_ = 0;
}

std::size_t RequestParser::consume(std::string_view input) {
    return state_ == State::head ? consume_head(input) : consume_body(input);
}

std::size_t RequestParser::consume_head(std::string_view input) {
    std::size_t blank = 0;
    while (input.substr(blank).starts_with("\r\n")) {  // RFC 9112, 2.2: before the request line
        blank += 2;
    }
    if (blank > 0) {
        scanned_ = 0;
        return blank;
    }
    const auto end = input.find("\r\n\r\n", scanned_ < 3 ? 0 : scanned_ - 3);
    if (end == std::string_view::npos) {
        if (input.size() >= limits_.header) {
            return reject({431, "header_too_large", "The headers of the request are too large"});
        }
        const auto rejection = check_partial_head(input, std::exchange(scanned_, input.size()));
        return rejection ? reject(*rejection) : 0;
    }
    const auto head = input.substr(0, end + 4);
    if (head.size() > limits_.header) {
        return reject({431, "header_too_large", "The headers of the request are too large"});
    }
    if (const auto rejection = check_head(head)) {
        return reject(*rejection);
    }
    parser_ = std::make_unique<Parser>(*request_, limits_);
    framing_ = 0;
    const auto used = consume_body(input);
    if (const auto rejection = check_expectation(); rejection && state_ != State::rejected) {
        return reject(*rejection);
    }
    return used;
}

std::size_t RequestParser::consume_body(std::string_view input) {
    // Beast 1.81 asserts five bytes when it looks a second time at a last chunk that is the first.
    // No chunked body ends with the fourth, so they can wait.
    if (input.size() == 4 && input.starts_with("0\r\n") && parser_->chunked()) {
        return 0;
    }
    beast::error_code failure;
    const auto known = request_->body.size();
    const auto used = parser_->put(boost::asio::buffer(input.data(), input.size()), failure);
    if (failure == beast::http::error::body_limit) {
        return reject({413, "body_too_large", "The body of the request is too large"});
    }
    if (failure && failure != beast::http::error::need_more) {
        return reject(parser_->rejection().value_or(
            Rejection{400, "bad_request", "The request is not valid HTTP/1.1"}));
    }
    state_ = parser_->is_done() ? State::complete : State::body;
    framing_ += used - std::min(used, request_->body.size() - known);
    if (state_ == State::complete) {
        return used;
    }
    const auto pending = input.substr(used);
    if (pending.size() > kMaxPendingBody || framing_ > kMaxFraming + 8 * request_->body.size()) {
        return reject(
            {400, "bad_request", "The chunk headers or trailers of the body are too long"});
    }
    if (has_bare_line_feed(pending)) {
        return reject({400, "bad_request", "Lines between chunks must end in CR LF"});
    }
    return used;
}

std::optional<Rejection> RequestParser::check_expectation() const {
    const auto expected = request_->header("expect");
    if (expected && to_lower(*expected) != "100-continue") {
        return Rejection{417, "expectation_failed", "The only expectation met is 100-continue"};
    }
    return std::nullopt;
}

bool RequestParser::keep_alive() const {
    return parser_->keep_alive();
}

bool RequestParser::is_http11() const {
    return parser_->is_http11();
}

bool RequestParser::expects_continue() const {
    return state_ == State::body && is_http11() && request_->body.empty() &&
           request_->header("expect").has_value();
}

std::size_t RequestParser::reject(Rejection rejection) {
    rejection_ = rejection;
    state_ = State::rejected;
    return 0;
}

}  // namespace tripos::http::detail
