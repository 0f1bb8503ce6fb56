// SPDX-License-Identifier: MIT
#include "redis/detail/cluster_lookup.hpp"

#include "redis/detail/ask_node.hpp"
#include "redis/detail/slot.hpp"

namespace tripos::redis {

namespace {

std::optional<SlotOwner> place_of(const Reply& node) {
    if (node.elements.size() < 2) {
        return std::nullopt;
    }
    const auto port = node.elements[1].integer;
    if (port <= 0 || port > 65535) {
        return std::nullopt;
    }
    return SlotOwner{.host = node.elements[0].text, .port = static_cast<std::uint16_t>(port)};
}

}  // namespace

std::optional<SlotOwner> owner_of(const Reply& slots, int slot) {
    for (const auto& range : slots.elements) {
        const auto& parts = range.elements;
        if (parts.size() >= 3 && parts[0].integer <= slot && slot <= parts[1].integer) {
            return place_of(parts[2]);
        }
    }
    return std::nullopt;
}

ClusterLookup::ClusterLookup(asio::io_context& context, const Address& address,
                             std::string_view slot_key)
    : context_(context),
      server_(address.server),
      slot_(slot_of(slot_key)),
      nodes_(address.nodes),
      resolver_(context) {}

Task<Result<Endpoint>> ClusterLookup::find() {
    std::string problem;
    bool answers = false;
    for (const auto& node : nodes_.all()) {
        std::vector<Arguments> question(1);
        question[0] = {"CLUSTER", "SLOTS"};
        const auto answer =
            co_await ask_node(context_, resolver_, node, std::move(question), nodes_.patience());
        if (!answer.problem.empty()) {
            problem = node.display() + ": " + answer.problem;
            nodes_.failed(node);
            continue;
        }
        const auto& slots = answer.replies[0];
        answers = true;
        const auto owner = owner_of(slots, slot_);
        if (!owner) {
            problem = node.display() + ": " +
                      (slots.is_error() ? slots.text : "nobody owns slot " + std::to_string(slot_));
            continue;
        }
        learn(slots);
        nodes_.answered(node);
        Endpoint found = server_;
        // "?" of a node that was told to give its name, and has none.
        const bool has_host = !owner->host.empty() && owner->host != "?";
        found.host = has_host ? owner->host : node.host;
        found.port = owner->port;
        co_return found;
    }
    if (!answers) {
        nodes_.all_silent();
    }
    co_return invalid("no_owner", (answers ? "the Cluster does not serve the slot ("
                                           : "no node of the Cluster answers (") +
                                      problem + ")");
}

Task<> ClusterLookup::listen(std::size_t, OnSwitch) {
    co_return;  // a Cluster announces nothing
}

/// Replicas as well: each knows the map, and one of them is the next master.
void ClusterLookup::learn(const Reply& slots) {
    for (const auto& range : slots.elements) {
        for (std::size_t i = 2; i < range.elements.size(); ++i) {
            if (const auto place = place_of(range.elements[i])) {
                nodes_.learn(place->host, place->port);
            }
        }
    }
}

}  // namespace tripos::redis
