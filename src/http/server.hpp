// SPDX-License-Identifier: MIT
#pragma once
// Server: HTTP/1.1 over TCP and a Unix socket (RFC 9112), keep-alive and pipelining, bounded in
// every direction. One acceptor hands sockets round-robin to the contexts; a connection lives and
// dies on its context.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/io_threads.hpp"
#include "http/origins.hpp"
#include "http/router.hpp"
#include "telemetry/metrics.hpp"
#include "telemetry/tracer.hpp"

namespace tripos::http {

struct Endpoint {
    std::string host = "127.0.0.1";
    std::uint16_t port = 8000;     ///< 0: any free port
    std::string setting = "PORT";  ///< what to change when it cannot be bound
    /// One that somebody else has bound and keeps, in place of host and port: it listens on when
    /// this server has stopped, and who waits there then is left to the next.
    std::optional<int> socket = std::nullopt;
};

struct ServerOptions {
    Endpoint endpoint;
    std::size_t header_limit = 16 * 1024;  ///< bytes of request line and headers; beyond: 431
    std::size_t body_limit = 1024 * 1024;  ///< bytes; beyond: 413
    std::size_t bodies_limit = std::size_t{256}
                               << 20;       ///< bytes of all bodies in memory; beyond: 503
    std::size_t connection_limit = 20'000;  ///< beyond: closed at once
    /// Of one client, trusted proxies exempt; beyond: 429. 0: a quarter of the connections.
    std::size_t half_requests_per_address = 0;
    std::chrono::seconds header_timeout{10};  ///< for the whole header, from its first byte
    std::chrono::seconds body_timeout{30};
    std::chrono::seconds idle_timeout{60};  ///< between requests
    std::chrono::seconds write_timeout{30};
    std::uint64_t requests_per_connection = 100'000;  ///< the last one is answered with close
    std::chrono::seconds connection_age{3600};        ///< the first answer beyond comes with close
    std::vector<std::string>
        trusted_proxies;   ///< addresses or CIDR blocks whose X-Forwarded-* is believed
    Origins cors_origins;  ///< answered with credentials
    /// Of the route's pattern: the class under which the times of its requests are told. A
    /// constant.
    std::string_view (*route_class)(std::string_view route) = nullptr;  ///< none: all in one
    /// Of Strict-Transport-Security (RFC 6797); empty: none is sent.
    std::string transport_security;
    trace::Tracer* tracer = nullptr;  ///< null: requests are not recorded; outlives the server
};

/// Whether it can stand in ServerOptions::trusted_proxies: an address or a CIDR block.
bool is_address_block(std::string_view text);

/// Whether the client's address is in that block; false for what is none.
bool is_in_block(std::string_view address, std::string_view block);

/// Thread-safe. Owned by the composition root.
class Server {
  public:
    /// `clock`: of arrivals.
    Server(IoThreads& threads, const Router& router, ServerOptions options, const Clock& clock,
           Metrics& metrics);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    /// Takes the port without listening yet: from then on port() is known. Throws SystemError when
    /// the address cannot be bound; its text names the port and the cure.
    void bind();
    /// Accepts; bind()s unless that is done.
    void start();
    /// Another address, served by `router`; the port. Throws as bind() does.
    std::uint16_t start_also(const Endpoint& endpoint, const Router& router);
    /// A listener for this machine only, served by `router`; requests on it have is_local
    /// set.
    void start_unix(const std::string& path, const Router& router);
    /// From then on each answer is the last of its connection, so that proxies go elsewhere before
    /// stop().
    void wind_down();
    /// Stops accepting, lets requests in flight finish (at most `grace`), closes idle connections.
    /// Who has only just connected is still heard. Twice is fine.
    Task<> stop(std::chrono::milliseconds grace);

    /// True once stop() has been called.
    bool is_stopping() const;

    std::uint16_t port() const;  ///< the bound one

    class Impl;

  private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace tripos::http
