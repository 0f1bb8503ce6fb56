// SPDX-License-Identifier: MIT
#pragma once
// One byte stream to a Redis server: TCP, TLS over TCP, or a Unix socket, behind the same two
// operations. Confined to its context.

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>
#include <optional>

#include "async/task.hpp"
#include "redis/detail/host_resolver.hpp"
#include "redis/reach.hpp"
#include "redis/url.hpp"

namespace tripos::redis {

class Stream {
  public:
    explicit Stream(asio::io_context& context) : context_(context), plain_(context) {}

    /// Connects; TLS as the endpoint says. Throws boost::system::system_error, SystemError. `step`
    /// is told which step begins; it outlives the call.
    Task<> connect(Endpoint endpoint, HostResolver& resolver, Step* step = nullptr);
    void close();

    template <class Handler>
    void async_read_some(asio::mutable_buffer buffer, Handler handler) {
        if (tls_) {
            tls_->async_read_some(buffer, std::move(handler));
        } else {
            plain_.async_read_some(buffer, std::move(handler));
        }
    }

    template <class Handler>
    void async_write(asio::const_buffer buffer, Handler handler) {
        if (tls_) {
            asio::async_write(*tls_, buffer, std::move(handler));
        } else {
            asio::async_write(plain_, buffer, std::move(handler));
        }
    }

  private:
    using TlsStream = asio::ssl::stream<asio::ip::tcp::socket>;

    Task<> connect_unix(std::string path);
    Task<> shake_hands(asio::ip::tcp::socket socket, Endpoint endpoint);

    asio::io_context& context_;
    asio::generic::stream_protocol::socket plain_;
    std::optional<asio::ssl::context> tls_context_;
    std::optional<TlsStream> tls_;
};

}  // namespace tripos::redis
