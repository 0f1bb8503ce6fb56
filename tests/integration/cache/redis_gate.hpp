// SPDX-License-Identifier: MIT
#pragma once
// RedisGate: a Unix socket in front of a Redis, a slow network in between: every fourth packet of
// replies takes up to three milliseconds. It can cut every connection at once, with what is on its
// way in it, and hold back what subscribers are told.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace tripos::cache::test {

namespace asio = boost::asio;

/// Thread-safe.
class RedisGate {
  public:
    /// Listens on a new socket beside the server's.
    explicit RedisGate(std::string server_path);
    ~RedisGate();
    RedisGate(const RedisGate&) = delete;
    RedisGate& operator=(const RedisGate&) = delete;

    std::string url() const { return "unix://" + path_; }
    void cut();
    void shut();  ///< cuts, and accepts nobody until open()
    void open() { is_shut_ = false; }
    /// From now on, and for good.
    void hold_messages() { holds_messages_ = true; }

  private:
    struct Passage;

    void accept();

    const std::string server_path_;
    const std::string path_;
    std::atomic<bool> holds_messages_ = false;
    std::atomic<bool> is_shut_ = false;
    asio::io_context context_;
    asio::local::stream_protocol::acceptor acceptor_;
    std::vector<std::weak_ptr<Passage>> passages_;
    std::jthread thread_;
};

}  // namespace tripos::cache::test
