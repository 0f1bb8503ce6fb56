// SPDX-License-Identifier: MIT
#pragma once
// RedisGate: a Unix socket in front of a Redis, a slow network in between: every fourth packet of
// replies takes up to three milliseconds. It can cut every connection at once, with what is on its
// way in it, lose what is sent next, hold back what subscribers are told, and hold back every
// reply.

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "async/task.hpp"

namespace tripos::test {

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
    /// What Redis answers from now on arrives when it is let go, or never when it is cut before.
    void hold_replies() { holds_replies_ = true; }
    void let_go() { holds_replies_ = false; }
    /// What a client sends next never arrives: its connection is cut.
    void lose_next_request() { loses_request_ = true; }

  private:
    struct Passage;

    void accept();
    Task<> carry(std::shared_ptr<Passage> passage, bool is_reply);

    const std::string server_path_;
    const std::string path_;
    std::atomic<bool> holds_messages_ = false;
    std::atomic<bool> holds_replies_ = false;
    std::atomic<bool> loses_request_ = false;
    std::atomic<bool> is_shut_ = false;
    asio::io_context context_;
    asio::local::stream_protocol::acceptor acceptor_;
    std::vector<std::weak_ptr<Passage>> passages_;
    std::jthread thread_;
};

}  // namespace tripos::test
