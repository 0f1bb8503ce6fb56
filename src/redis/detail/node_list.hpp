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
    /// It comes first. What it took says how long the next one may.
    void answered(const Endpoint& node, std::chrono::steady_clock::duration took);
    void failed(const Endpoint& node);  ///< it comes last, or is forgotten
    /// The first was wrong: it comes behind the others that answer, before those that do not.
    void distrust_first();

    /// How long one may take. All were silent: longer next time, for the network may be slow.
    std::chrono::milliseconds patience() const { return patience_; }
    void all_silent();

  private:
    static constexpr std::size_t kMost = 64;
    struct Node {
        Endpoint endpoint;
        bool is_configured = true;
        bool is_heard = false;  ///< it answered when it was last asked
    };
    std::vector<Node>::iterator find(const Endpoint& node);

    std::vector<Node> nodes_;
    std::chrono::milliseconds patience_;
};

}  // namespace tripos::redis
