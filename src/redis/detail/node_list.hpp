// SPDX-License-Identifier: MIT
#pragma once
// NodeList: whom to ask, the one that answered last first. Those of the setting stay; others are
// learned from them, and forgotten when they do not answer. Not thread-safe.

#include <chrono>
#include <string>
#include <vector>

#include "redis/url.hpp"

namespace tripos::redis {

class NodeList {
  public:
    explicit NodeList(const std::vector<Endpoint>& configured);

    /// In the order to ask them in.
    std::vector<Endpoint> all() const;
    /// Another node, like the configured ones but for its place.
    void learn(const std::string& host, std::uint16_t port);
    void answered(const Endpoint& node);  ///< it comes first
    void failed(const Endpoint& node);    ///< it comes last, or is forgotten
    void move_first_last();

    /// How long one may take. All were silent: longer next time, for the network may be slow.
    std::chrono::milliseconds patience() const { return patience_; }
    void all_silent();

  private:
    static constexpr std::size_t kMost = 64;
    struct Node {
        Endpoint endpoint;
        bool is_configured = true;
    };
    std::vector<Node>::iterator find(const Endpoint& node);

    std::vector<Node> nodes_;
    std::chrono::milliseconds patience_;
};

}  // namespace tripos::redis
