// SPDX-License-Identifier: MIT
#pragma once
// Client: the door to one Redis server for the whole process. It keeps one Connection per
// io_context, so that a coroutine talks to Redis without leaving its thread; a coroutine of a
// foreign context uses the first one's.

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <vector>

#include "redis/address.hpp"
#include "redis/connection.hpp"
#include "redis/greeting.hpp"

namespace tripos::redis {

/// Thread-safe. Owned by the composition root; contexts outlive it.
class Client {
  public:
    /// The contexts outlive it.
    Client(std::vector<asio::io_context*> contexts, ConnectionOptions options);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    void start();   ///< connects in the background
    Task<> stop();  ///< fails what waits; twice is fine
    /// True if the connection of every context is up.
    bool is_connected() const;
    /// For work that belongs to no request.
    asio::io_context& first_context() const { return *contexts_.front(); }
    Address address() const;  ///< where it connects to, or who says that
    /// How often another server became master; 0 where nobody says that.
    std::uint64_t failovers() const;
    /// For connections made from now on. Thread-safe.
    void set_greeting(Greeting greeting);

    /// As Connection's, on the caller's context.
    Task<Reply> command(Arguments arguments);
    /// In one round trip, in order.
    Task<std::vector<Reply>> pipeline(std::vector<Arguments> commands);
    /// By its hash; the text only when the server lacks it.
    Task<Reply> eval(const Script& script, std::vector<std::string> keys,
                     std::vector<std::string> arguments);

    /// A further connection with options of its own (blocking commands). Not started.
    std::unique_ptr<Connection> dedicated(asio::io_context& context, std::string client_name) const;
    /// A further connection whose reads the server tracks. Not started; the listener outlives it.
    std::unique_ptr<Connection> tracking(asio::io_context& context,
                                         TrackingListener& listener) const;
    /// With a connection each.
    const std::vector<asio::io_context*>& contexts() const { return contexts_; }

  private:
    /// Which context the caller runs on; contexts_.size() for a foreign one.
    std::size_t index_of(const asio::any_io_executor& executor) const;

    ConnectionOptions options_;
    std::vector<asio::io_context*> contexts_;
    std::vector<std::unique_ptr<Connection>> connections_;
};

}  // namespace tripos::redis
