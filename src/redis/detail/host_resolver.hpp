// SPDX-License-Identifier: MIT
#pragma once
// HostResolver: the addresses of a host, with a wait that can be cancelled. getaddrinfo() cannot:
// it asks name servers for as long as they are configured to be patient, so it runs on a thread
// that nobody waits for.

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/readable_pipe.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"

namespace tripos::redis {

using Addresses = std::vector<asio::ip::tcp::endpoint>;

/// Confined to its context. One caller at a time.
class HostResolver {
  public:
    /// Blocks. Throws boost::system::system_error.
    using Lookup = std::function<Addresses(const std::string& host, std::uint16_t port)>;

    /// `lookup`: getaddrinfo(), unless a test wants another.
    explicit HostResolver(asio::io_context& context, Lookup lookup = nullptr);

    /// Throws boost::system::system_error. A call that was cancelled leaves its lookup under way,
    /// and the next one of that name waits for it: there is never more than one thread for a name.
    Task<Addresses> resolve(std::string host, std::uint16_t port);

  private:
    struct Answer;
    struct Question {
        std::shared_ptr<Answer> answer;
        asio::readable_pipe ended;  ///< at its end when the thread is
    };

    using Name = std::pair<std::string, std::uint16_t>;

    Question& ask(Name name);

    asio::io_context& context_;
    const Lookup lookup_;
    std::map<Name, Question> questions_;
};

}  // namespace tripos::redis
