// SPDX-License-Identifier: MIT
#pragma once
// Resolver: the addresses of a host, with a wait that can be cancelled. getaddrinfo() cannot: it
// asks name servers for as long as they are configured to be patient, so it runs on a thread that
// nobody waits for.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"

namespace tripos::redis {

using Addresses = std::vector<asio::ip::tcp::endpoint>;

/// Confined to its context. One caller at a time.
class Resolver {
  public:
    /// Blocks. Throws boost::system::system_error.
    using Lookup = std::function<Addresses(const std::string& host, std::uint16_t port)>;

    /// `lookup`: getaddrinfo(), unless a test wants another.
    explicit Resolver(asio::io_context& context, Lookup lookup = nullptr);

    /// Throws boost::system::system_error. A call that was cancelled leaves its lookup under way,
    /// and the next one waits for that: there is never more than one thread.
    Task<Addresses> resolve(std::string host, std::uint16_t port);

  private:
    struct Answer;
    struct Question {
        std::shared_ptr<Answer> answer;
        asio::readable_pipe ended;  ///< at its end when the thread is
    };

    void ask(std::string host, std::uint16_t port);

    asio::io_context& context_;
    const Lookup lookup_;
    std::optional<Question> question_;
};

}  // namespace tripos::redis
