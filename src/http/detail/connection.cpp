// SPDX-License-Identifier: MIT
#include "http/detail/connection.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>

#include "async/carried.hpp"
#include "core/text.hpp"
#include "http/detail/request_span.hpp"
#include "http/detail/response_head.hpp"
#include "telemetry/log.hpp"

namespace tripos::http::detail {

namespace {

constexpr std::size_t kSmallBuffer = 4 * 1024;  ///< what an idle connection keeps
constexpr std::size_t kBodyBuffer = 16 * 1024;
constexpr std::size_t kJoinLimit = 16 * 1024;  ///< bodies up to here are copied behind their head
/// Of a request that was refused: a client that sends all of it before it reads gets its answer.
constexpr std::size_t kLingerBytes = 16 * 1024 * 1024;
constexpr std::chrono::seconds kLingerTime{2};
/// What is sent right behind the connecting is under way for so long, at most.
constexpr std::chrono::milliseconds kFirstRequest{500};
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

/// Asks for our own end, which the client cannot make fail by hanging up.
bool is_unix_socket(const Socket& socket) {
    boost::system::error_code failure;
    const auto endpoint = socket.local_endpoint(failure);
    return !failure && endpoint.protocol().family() == AF_UNIX;
}

/// 0.0.0.0, which is neither local nor trusted, when the peer is gone already.
asio::ip::address peer_of(const Socket& socket) {
    boost::system::error_code failure;
    const auto endpoint = socket.remote_endpoint(failure);
    asio::ip::tcp::endpoint address;
    if (failure || endpoint.size() > address.capacity()) {
        return {};
    }
    std::copy_n(reinterpret_cast<const char*>(endpoint.data()), endpoint.size(),
                reinterpret_cast<char*>(address.data()));
    address.resize(endpoint.size());
    return unmapped(address.address());
}

bool is_request_id(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '_' || c == '-';
    });
}

/// The values of every header of that name as one list.
std::string joined(const Request& request, std::string_view name) {
    std::string list;
    for (const auto& [key, value] : request.headers) {
        if (key == name) {
            list += list.empty() ? "" : ",";
            list += value;
        }
    }
    return list;
}

bool was_forwarded(const Request& request) {
    constexpr std::array<std::string_view, 4> marks{"x-forwarded-for", "forwarded", "via",
                                                    "x-real-ip"};
    return std::any_of(request.headers.begin(), request.headers.end(), [&](const auto& header) {
        return std::find(marks.begin(), marks.end(), header.first) != marks.end();
    });
}

Response preflight(const Request& request) {
    Response response;
    response.status = 204;
    response.with_header("Access-Control-Allow-Methods", "GET, HEAD, POST, PUT, PATCH, DELETE")
        .with_header("Access-Control-Max-Age", "600");
    const auto headers = request.header("access-control-request-headers");
    response.with_header("Access-Control-Allow-Headers",
                         std::string(headers.value_or("Content-Type, Authorization")));
    return response;
}

}  // namespace

Connection::Connection(std::shared_ptr<Lane> lane, const Router& router, Socket socket)
    : lane_(std::move(lane)),
      site_(lane_->site()),
      router_(router),
      peer_(is_unix_socket(socket) ? TrustedProxies::Address() : peer_of(socket)),
      is_unix_(is_unix_socket(socket)),
      is_trusted_(!peer_.is_unspecified() && site_.proxies.contains(peer_)),
      socket_(std::move(socket)),
      arrivals_(site_.arrivals, peer_, is_unix_ || is_trusted_),
      parser_({.header = site_.options.header_limit, .body = site_.options.body_limit}),
      in_(kSmallBuffer) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    if (is_unix_) {
        peer_text_ = "local";
    } else {
        peer_text_ = peer_.to_string();
        is_loopback_ = peer_.is_loopback();
        socket_.set_option(asio::ip::tcp::no_delay(true), ignored);
    }
    lane_->add(*this);
}

Connection::~Connection() {
    lane_->remove(*this);
}

Task<> Connection::run() {
    for (bool keep_alive = true; keep_alive;) {
        request_ = Request();
        const auto outcome = co_await read_request();
        if (outcome == Outcome::closed) {
            co_return;
        }
        if (outcome == Outcome::refused) {
            co_await refuse();
            co_await linger();
            co_return;
        }
        keep_alive = co_await answer();
    }
    if (!nothing_arrived()) {
        co_await linger();
    }
}

Task<Connection::Outcome> Connection::read_request() {
    parser_.begin(request_);
    arrivals_.body(0);
    enter(Phase::idle);
    if (site_.draining && nothing_arrived()) {
        if (answered_ > 0) {
            co_return Outcome::closed;
        }
        deadline_ = accepted_at_ + kFirstRequest;
    }
    bool continued = false;
    for (;;) {
        if (parse()) {
            const bool complete = parser_.state() == RequestParser::State::complete;
            arrivals_.complete();
            request_.arrived_at = read_at_;
            rejection_ = parser_.rejection();
            co_return complete ? Outcome::request : Outcome::refused;
        }
        if (!has_room()) {
            co_return Outcome::refused;
        }
        if (!continued && parser_.state() == RequestParser::State::body &&
            parser_.expects_continue()) {
            continued = true;
            const bool written = co_await write(kContinue, "");
            if (!written) {
                co_return Outcome::closed;
            }
            enter(Phase::body);
        }
        const bool more = co_await read_more();
        if (!more) {
            if (!expired_ || phase_ == Phase::idle) {
                co_return Outcome::closed;
            }
            rejection_ = Rejection{408, "request_timeout", "The request took too long to arrive"};
            co_return Outcome::refused;
        }
    }
}

/// Feeds what has arrived to the parser; true when it has come to a decision.
bool Connection::parse() {
    using State = RequestParser::State;
    std::size_t used = 0;
    do {
        used = begin_ == end_ ? 0 : parser_.consume({in_.data() + begin_, end_ - begin_});
        begin_ += used;
    } while (used > 0 && parser_.state() == State::head);
    if (parser_.state() == State::complete || parser_.state() == State::rejected) {
        return true;
    }
    if (parser_.state() == State::body && phase_ != Phase::body) {
        enter(Phase::body);
    } else if (parser_.state() == State::head && begin_ != end_ && phase_ == Phase::idle) {
        enter(Phase::header);
    }
    return false;
}

bool Connection::has_room() {
    if (phase_ == Phase::idle) {
        return true;
    }
    if (!arrivals_.half()) {
        rejection_ = {429, "too_many_half_requests",
                      "Too many requests from this address have arrived only in part"};
        return false;
    }
    if (!arrivals_.body(request_.body.size())) {
        rejection_ = {503, "overloaded",
                      "The server is busy with other requests. Try again shortly."};
        return false;
    }
    return true;
}

/// False: the peer closed, the connection failed, or the sweep woke us.
Task<bool> Connection::read_more() {
    make_room();
    boost::system::error_code failure;
    const auto room = asio::buffer(in_.data() + end_, in_.size() - end_);
    end_ +=
        co_await socket_.async_read_some(room, asio::redirect_error(asio::use_awaitable, failure));
    read_at_ = site_.clock.now();
    co_return !failure;
}

void Connection::make_room() {
    if (begin_ == end_) {
        begin_ = end_ = 0;
    }
    if (phase_ == Phase::body && in_.size() < kBodyBuffer) {
        in_.resize(kBodyBuffer);
    } else if (phase_ == Phase::idle && end_ == 0 && in_.size() > kSmallBuffer) {
        in_ = std::vector<char>(kSmallBuffer);
    }
    if (end_ == in_.size()) {
        if (begin_ == 0) {
            in_.resize(in_.size() * 2);
        } else {
            std::copy(in_.data() + begin_, in_.data() + end_, in_.data());
            end_ -= begin_;
            begin_ = 0;
        }
    }
}

Task<bool> Connection::answer() {
    enter(Phase::handling);
    const auto started = std::chrono::steady_clock::now();
    identify();
    auto response = answer_here();
    if (!response) {
        response = co_await dispatch();
    }
    const bool keep_alive = may_go_on(started);
    add_request_id(*response, request_.id);
    const bool written = co_await send(*response, keep_alive);
    const auto took = std::chrono::steady_clock::now() - started;
    lane_->record(request_, response->status, took);
    const auto micros = std::chrono::duration_cast<std::chrono::microseconds>(took).count();
    log::debug("http", "request",
               {{"method", request_.method_name},
                {"route", request_.route},
                {"status", response->status},
                {"micros", std::int64_t{micros}},
                {"requestId", request_.id}});
    co_return written&& keep_alive;
}

/// No coroutine: what is not recorded goes the way it went without traces.
Task<Response> Connection::dispatch() {
    auto* tracer = site_.options.tracer;
    auto span = tracer == nullptr ? trace::Span() : begin_request_span(*tracer, request_);
    return span.is_recorded() ? dispatch_recorded(std::move(span)) : router_.dispatch(request_);
}

Task<Response> Connection::dispatch_recorded(trace::Span span) {
    auto executor = carried(co_await asio::this_coro::executor, span.position());
    auto response =
        co_await asio::co_spawn(executor, router_.dispatch(request_), asio::use_awaitable);
    end_request_span(span, request_, response.status);
    co_return response;
}

bool Connection::may_go_on(Instant now) {
    ++answered_;
    return parser_.keep_alive() && !site_.winding_down &&
           answered_ < site_.options.requests_per_connection &&
           now - accepted_at_ < site_.options.connection_age;
}

/// Requests that concern the server and not a route.
std::optional<Response> Connection::answer_here() const {
    if (request_.method != Method::options) {
        return std::nullopt;
    }
    if (!cors_origin().empty() && request_.header("access-control-request-method")) {
        return preflight(request_);
    }
    if (request_.path == "*") {
        Response response;
        response.status = 204;
        response.with_header("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
        return response;
    }
    return std::nullopt;
}

Task<> Connection::refuse() {
    enter(Phase::handling);
    identify();
    request_.body.clear();
    request_.body.shrink_to_fit();
    arrivals_.complete();
    arrivals_.body(0);
    auto response = problem(rejection_.status, rejection_.code, rejection_.message);
    if (rejection_.status == 429 || rejection_.status == 503) {
        response.with_header("Retry-After", "1");
    }
    add_request_id(response, request_.id);
    lane_->record(request_, response.status, std::chrono::steady_clock::duration::zero());
    co_await send(response, false);
}

void Connection::identify() {
    const auto given = request_.header("x-request-id");
    request_.id = given && is_request_id(*given) ? std::string(*given) : lane_->next_request_id();
    request_.peer = peer_text_;
    // A trusted peer is a proxy by definition: it counts for what it says of its client, and what
    // it says nothing of comes from anywhere.
    request_.ignores_proxy = !is_trusted_ && was_forwarded(request_);
    const bool is_own = is_trusted_ ? is_loopback_only(joined(request_, "x-forwarded-for"))
                                    : !request_.ignores_proxy;
    request_.is_local = is_unix_ || (is_loopback_ && is_own);
    if (is_trusted_) {
        identify_forwarded();
    }
}

void Connection::identify_forwarded() {
    const auto hops = joined(request_, "x-forwarded-for");
    if (!hops.empty()) {
        request_.peer = site_.proxies.client(peer_, hops).to_string();
    }
    const auto schemes = joined(request_, "x-forwarded-proto");
    const auto last = split(schemes, ',').back();
    request_.is_secure = to_lower(trim(last)) == "https";
}

std::string_view Connection::cors_origin() const {
    const auto origin = request_.header("origin");
    return origin && site_.options.cors_origins.contains(*origin) ? *origin : std::string_view();
}

Task<bool> Connection::send(const Response& response, bool keep_alive) {
    HeadContext context;
    context.date = lane_->date();
    context.request_id = request_.id;
    context.cors_origin = cors_origin();
    context.varies_by_origin = !site_.options.cors_origins.empty();
    context.keep_alive = keep_alive;
    context.is_http11 = !keep_alive || parser_.is_http11();
    context.transport_security = site_.options.transport_security;
    out_.clear();
    append_head(out_, response, context);
    std::string_view body = response.body;
    if (request_.method == Method::head || is_bodiless(response.status)) {
        body = {};
    } else if (body.size() <= kJoinLimit) {
        out_.append(body);
        body = {};
    }
    return write(out_, body);
}

/// Tries at once and waits only for what the socket's buffer does not take. False: the connection
/// is of no more use.
Task<bool> Connection::write(std::string_view first, std::string_view second) {
    std::array<asio::const_buffer, 2> rest{asio::buffer(first), asio::buffer(second)};
    boost::system::error_code failure;
    auto sent = socket_.write_some(rest, failure);
    for (;;) {
        if (failure && failure != asio::error::would_block) {
            co_return false;
        }
        for (auto& part : rest) {
            const auto taken = std::min(sent, part.size());
            part += taken;
            sent -= taken;
        }
        if (asio::buffer_size(rest) == 0) {
            co_return true;
        }
        enter(
            Phase::writing);  // anew with each progress: a long export to a slow reader is no stall
        sent = co_await socket_.async_write_some(
            rest, asio::redirect_error(asio::use_awaitable, failure));
    }
}

/// Closing with unread bytes would reset the connection and take the last response with it (RFC
/// 9112, 9.6).
Task<> Connection::linger() {
    enter(Phase::lingering);
    boost::system::error_code failure;
    socket_.shutdown(Socket::shutdown_send, failure);
    std::size_t discarded = 0;
    while (!failure && discarded < kLingerBytes) {
        discarded += co_await socket_.async_read_some(
            asio::buffer(in_), asio::redirect_error(asio::use_awaitable, failure));
    }
}

void Connection::enter(Phase phase) {
    phase_ = phase;
    expired_ = false;
    deadline_ = phase == Phase::handling ? Instant::max()
                                         : std::chrono::steady_clock::now() + limit_of(phase);
}

std::chrono::steady_clock::duration Connection::limit_of(Phase phase) const {
    switch (phase) {
        case Phase::idle:
            return site_.options.idle_timeout;
        case Phase::header:
            return site_.options.header_timeout;
        case Phase::body:
            return site_.options.body_timeout;
        case Phase::writing:
            return site_.options.write_timeout;
        case Phase::lingering:
            return kLingerTime;
        case Phase::handling:
            break;
    }
    return std::chrono::hours(24);
}

void Connection::expire(Instant now) {
    if (now >= deadline_) {
        expired_ = true;
        boost::system::error_code ignored;
        socket_.cancel(ignored);
    }
}

void Connection::drain() {
    const auto first_request_until = accepted_at_ + kFirstRequest;
    if (answered_ == 0 && phase_ == Phase::idle &&
        std::chrono::steady_clock::now() < first_request_until) {
        deadline_ = first_request_until;
    } else {
        close_if_idle();
    }
}

bool Connection::close_if_idle() {
    if (phase_ != Phase::idle || closing_ || !nothing_arrived()) {
        return false;
    }
    closing_ = true;
    boost::system::error_code ignored;
    socket_.cancel(ignored);
    return true;
}

bool Connection::nothing_arrived() const {
    boost::system::error_code failure;
    return begin_ == end_ && socket_.available(failure) == 0;
}

Task<> serve(std::shared_ptr<Lane> lane, const Router* router, Socket socket) {
    if (!lane->make_room()) {
        co_return;
    }
    Connection connection(std::move(lane), *router, std::move(socket));
    co_await connection.run();
}

}  // namespace tripos::http::detail
