// SPDX-License-Identifier: MIT
#pragma once
// Connection: one client, from accept to close: reads a request, has the router answer it, writes
// the response, in order. Deadlines are plain time points that the lane's sweep compares, so that a
// request costs no timer.

#include <boost/asio/generic/stream_protocol.hpp>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/detail/arrivals.hpp"
#include "http/detail/lane.hpp"
#include "http/detail/request_parser.hpp"
#include "http/router.hpp"
#include "telemetry/span.hpp"

namespace tripos::http::detail {

using Socket = asio::generic::stream_protocol::socket;

/// Confined to its lane's context. Lives in the frame of serve().
class Connection {
  public:
    using Instant = std::chrono::steady_clock::time_point;

    Connection(std::shared_ptr<Lane> lane, const Router& router, Socket socket);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Until either side closes.
    Task<> run();

    /// Wakes run() when the current phase has lasted too long.
    void expire(Instant now);
    /// Closes if idle; whoever has only just connected is waited for.
    void drain();
    /// Wakes run() to close, unless bytes of a request have arrived (false).
    bool close_if_idle();

  private:
    enum class Phase { idle, header, body, handling, writing, lingering };
    enum class Outcome { request, refused, closed };

    Task<Outcome> read_request();
    Task<bool> read_more();
    bool parse();
    /// False: what is on its way takes more than its share; rejection_ says so.
    bool has_room();
    Task<bool> answer();
    Task<> refuse();
    Task<bool> send(const Response& response, bool keep_alive);
    Task<bool> write(std::string_view first, std::string_view second);
    Task<> linger();

    void enter(Phase phase);
    bool nothing_arrived() const;
    std::chrono::steady_clock::duration limit_of(Phase phase) const;
    void identify();
    void identify_forwarded();
    std::optional<Response> answer_here() const;
    std::string_view cors_origin() const;
    void make_room();
    /// Whether the connection may serve another request after this one.
    Task<Response> dispatch();
    Task<Response> dispatch_recorded(trace::Span span);
    bool may_go_on(Instant now);

    // Constant after construction.
    const std::shared_ptr<Lane> lane_;
    Site& site_;
    const Router& router_;
    const TrustedProxies::Address peer_;  ///< unspecified: a Unix socket's
    const bool is_unix_;
    const bool is_trusted_;
    std::string peer_text_;
    bool is_loopback_ = false;
    const Instant accepted_at_ = std::chrono::steady_clock::now();

    Socket socket_;
    Phase phase_ = Phase::idle;
    Instant deadline_ = Instant::max();
    bool expired_ = false;
    bool closing_ = false;  ///< close_if_idle() has been here
    std::uint64_t answered_ = 0;

    Arrivals::Share arrivals_;
    RequestParser parser_;
    Request request_;
    Rejection rejection_;
    std::vector<char> in_;
    std::size_t begin_ = 0;  ///< of the unread bytes in in_
    std::size_t end_ = 0;
    Timestamp read_at_{};  ///< when the last of them arrived
    std::string out_;
};

/// A whole connection as a task for the lane's group.
Task<> serve(std::shared_ptr<Lane> lane, const Router* router, Socket socket);

}  // namespace tripos::http::detail
