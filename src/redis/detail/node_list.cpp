// SPDX-License-Identifier: MIT
#include "redis/detail/node_list.hpp"

#include <algorithm>

namespace tripos::redis {

namespace {

constexpr std::chrono::milliseconds kPatience{300};
constexpr std::chrono::milliseconds kMostPatience{2'400};
/// So many times what the last answer took.
constexpr int kMargin = 3;

}  // namespace

NodeList::NodeList(const std::vector<Endpoint>& configured) : patience_(kPatience) {
    for (const auto& endpoint : configured) {
        nodes_.push_back({.endpoint = endpoint});
    }
}

std::vector<Endpoint> NodeList::all() const {
    std::vector<Endpoint> endpoints;
    for (const auto& node : nodes_) {
        endpoints.push_back(node.endpoint);
    }
    return endpoints;
}

std::vector<NodeList::Node>::iterator NodeList::find(const Endpoint& node) {
    return std::find_if(nodes_.begin(), nodes_.end(),
                        [&node](const Node& known) { return known.endpoint.is_at(node); });
}

void NodeList::learn(const std::string& host, std::uint16_t port) {
    Endpoint endpoint = nodes_.front().endpoint;
    endpoint.host = host;
    endpoint.port = port;
    if (!host.empty() && port != 0 && nodes_.size() < kMost && find(endpoint) == nodes_.end()) {
        nodes_.push_back({.endpoint = std::move(endpoint), .is_configured = false});
    }
}

void NodeList::answered(const Endpoint& node, std::chrono::steady_clock::duration took) {
    const auto needed = std::chrono::ceil<std::chrono::milliseconds>(took) * kMargin;
    patience_ = std::clamp(needed, kPatience, kMostPatience);
    const auto found = find(node);
    if (found != nodes_.end()) {
        found->is_heard = true;
        std::rotate(nodes_.begin(), found, found + 1);
    }
}

void NodeList::failed(const Endpoint& node) {
    const auto found = find(node);
    if (found == nodes_.end()) {
        return;
    }
    if (found->is_configured) {
        found->is_heard = false;
        std::rotate(found, found + 1, nodes_.end());
    } else {
        nodes_.erase(found);
    }
}

void NodeList::distrust_first() {
    const auto second = nodes_.begin() + 1;
    const auto is_heard = [](const Node& node) { return node.is_heard; };
    const auto last_heard =
        std::find_if(nodes_.rbegin(), std::make_reverse_iterator(second), is_heard).base();
    std::rotate(nodes_.begin(), second, last_heard == second ? nodes_.end() : last_heard);
}

void NodeList::all_silent() {
    patience_ = std::min(patience_ * 2, kMostPatience);
}

}  // namespace tripos::redis
