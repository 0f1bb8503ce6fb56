// SPDX-License-Identifier: MIT
#include "redis/detail/stream.hpp"

#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/redirect_error.hpp>

#include "core/error.hpp"
#include "redis/detail/connect_any.hpp"
#include "redis/detail/tls_context.hpp"

namespace tripos::redis {

namespace {

/// A peer that vanished without a word is noticed within half a minute, and within ten seconds if
/// something was sent to it.
void expect_signs_of_life(asio::ip::tcp::socket& socket) {
    const std::array<std::pair<int, int>, 4> settings = {
        {{TCP_KEEPIDLE, 15}, {TCP_KEEPINTVL, 5}, {TCP_KEEPCNT, 3}, {TCP_USER_TIMEOUT, 10'000}}};
    socket.set_option(asio::socket_base::keep_alive(true));
    for (const auto& [name, value] : settings) {
        // Refused, it works all the same, only later.
        ::setsockopt(socket.native_handle(), IPPROTO_TCP, name, &value, sizeof(value));
    }
}

void tell(Step* step, Step now) {
    if (step != nullptr) {
        *step = now;
    }
}

}  // namespace

Task<> Stream::connect(Endpoint endpoint, HostResolver& resolver, Step* step) {
    if (endpoint.kind == Endpoint::Kind::unix_socket) {
        tell(step, Step::connect);
        co_await connect_unix(endpoint.host);
        co_return;
    }
    tell(step, Step::resolve);
    auto addresses = co_await resolver.resolve(endpoint.host, endpoint.port);
    tell(step, Step::connect);
    auto socket = co_await connect_any(context_, std::move(addresses));
    socket.set_option(asio::ip::tcp::no_delay(true));
    expect_signs_of_life(socket);
    if (endpoint.kind == Endpoint::Kind::tls) {
        tell(step, Step::secure);
        co_await shake_hands(std::move(socket), std::move(endpoint));
    } else {
        plain_ = asio::generic::stream_protocol::socket(std::move(socket));
    }
}

void Stream::close() {
    boost::system::error_code ignored;  // nothing is left to save
    if (tls_) {
        tls_->lowest_layer().close(ignored);
    } else {
        plain_.close(ignored);
    }
}

Task<> Stream::connect_unix(std::string path) {
    asio::local::stream_protocol::socket socket(context_);
    const asio::local::stream_protocol::endpoint address(path);  // throws when the path is too long
    co_await socket.async_connect(address, asio::use_awaitable);
    plain_ = asio::generic::stream_protocol::socket(std::move(socket));
}

Task<> Stream::shake_hands(asio::ip::tcp::socket socket, Endpoint endpoint) {
    tls_context_.emplace(make_tls_context(endpoint.tls));
    tls_.emplace(std::move(socket), *tls_context_);
    expect_server(tls_->native_handle(), endpoint.tls, endpoint.host);
    boost::system::error_code failure;
    co_await tls_->async_handshake(asio::ssl::stream_base::client,
                                   asio::redirect_error(asio::use_awaitable, failure));
    if (failure) {
        throw SystemError("redis", explain_handshake(tls_->native_handle(), failure));
    }
}

}  // namespace tripos::redis
