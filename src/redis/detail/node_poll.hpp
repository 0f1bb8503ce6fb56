// SPDX-License-Identifier: MIT
#pragma once
// NodePoll: one node after the other is asked until one knows where the master is; the one loop
// beneath every Lookup. Confined to its context; one poll at a time.

#include <functional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "redis/connection.hpp"
#include "redis/detail/host_resolver.hpp"
#include "redis/detail/node_list.hpp"

namespace tripos::redis {

class NodePoll {
  public:
    /// What a node's replies say: the master, or why it does not know.
    using Read =
        std::function<Result<Endpoint>(const Endpoint& node, const std::vector<Reply>& replies)>;

    NodePoll(asio::io_context& context, const std::vector<Endpoint>& configured);

    NodeList& nodes() { return nodes_; }
    /// The first master that a node names. Else what the last one said that answered, or that
    /// `nobody` did and why.
    Task<Result<Endpoint>> ask(std::vector<Arguments> questions, std::string nobody, Read read);

  private:
    asio::io_context& context_;
    NodeList nodes_;
    HostResolver resolver_;
};

}  // namespace tripos::redis
