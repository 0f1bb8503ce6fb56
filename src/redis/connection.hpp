// SPDX-License-Identifier: MIT
#pragma once
// One multiplexed connection: any number of coroutines of its context share it; commands written in
// the same turn of the event loop go out in one write (implicit pipelining), replies come back in
// order.
//
// It connects by itself, reconnects with backoff and jitter, and never blocks its callers for
// longer than the command limit: while the server is away, commands fail at once with Unavailable
// after one limit has passed since the loss. A command whose connection broke before its reply
// fails with Unavailable; it may have run.

#include <chrono>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "core/error.hpp"
#include "redis/reply.hpp"
#include "redis/script.hpp"
#include "redis/url.hpp"

namespace tripos::redis {

class GreetingSlot;
class OutageLog;
class Resolver;
class TrackingListener;

/// The server cannot be reached, or did not answer in time.
class Unavailable : public Away {
  public:
    /// Says what could not be done.
    explicit Unavailable(const std::string& detail)
        : Away("Redis", "redis", detail, std::chrono::seconds(1)) {}
};

/// The server answered with an error; message() is its text, for example "OOM command not allowed
/// ...".
class CommandFailed : public SystemError {
  public:
    /// As the server put it.
    explicit CommandFailed(std::string message)
        : SystemError("redis", message), message_(std::move(message)) {}
    const std::string& message() const { return message_; }  ///< the server's words

  private:
    std::string message_;
};

/// Where to, and how long to wait.
struct ConnectionOptions {
    Endpoint endpoint;                   ///< server, log-in and database
    std::shared_ptr<Resolver> resolver;  ///< says before each connect which server it is; null:
                                         ///< always `endpoint`
    std::string client_name;             ///< CLIENT SETNAME after each connect; empty: none
    std::chrono::milliseconds connect_limit{2'000};  ///< of connecting, TLS and log-in
    std::chrono::milliseconds command_limit{
        2'000};  ///< a command without a reply for so long breaks the connection
    std::size_t pending_limit = 100'000;  ///< more unanswered commands are refused with Unavailable
    std::shared_ptr<OutageLog> outages;   ///< shared by the connections of a Client; null: its own
    std::shared_ptr<GreetingSlot> greeting;  ///< what is asked before each use; null: nothing
    bool takes_replica = false;              ///< a replica will do: to look at, not to work with
    TrackingListener* tracking = nullptr;    ///< set: CLIENT TRACKING ON OPTIN after each connect
};

using Arguments = std::vector<std::string>;

/// Confined to its context. Owned by Client, or by whoever needs a connection of its own (a
/// blocking worker).
class Connection {
  public:
    Connection(asio::io_context& context, ConnectionOptions options);  ///< the context outlives it
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    /// Begins connecting in the background.
    void start();
    /// Fails what is pending, closes. Twice is fine.
    Task<> stop();
    bool is_connected() const;  ///< logged in and not known to be broken

    /// Sends one command; error replies are returned as Reply::Type::error. Throws Unavailable.
    Task<Reply> command(Arguments arguments);
    /// The same for a command that waits on the server's side, such as BLPOP: it holds up
    /// everything behind it, and may go unanswered for `limit` in place of command_limit.
    Task<Reply> blocking_command(Arguments arguments, std::chrono::milliseconds limit);

    /// Sends several commands in one write; the replies in order, errors included as replies.
    Task<std::vector<Reply>> pipeline(std::vector<Arguments> commands);

    /// When it returns, options.tracking has heard of every change that the server made before the
    /// call, unless the reply is an error. `proof`: a command that the server answers without one
    /// only while it is master. Throws Unavailable.
    Task<Reply> catch_up(Arguments proof);

    /// EVALSHA, and EVAL when the server does not know the script. Throws CommandFailed on an error
    /// reply, Unavailable.
    Task<Reply> eval(const Script& script, std::vector<std::string> keys,
                     std::vector<std::string> arguments);

    class Impl;

  private:
    std::shared_ptr<Impl> impl_;
};

}  // namespace tripos::redis
