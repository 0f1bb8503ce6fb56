// SPDX-License-Identifier: MIT
#include "redis/detail/cluster_lookup.hpp"

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
      poll_(context, address.nodes) {}

Task<Result<Endpoint>> ClusterLookup::find() {
    std::vector<Arguments> question(1);
    question[0] = {"CLUSTER", "SLOTS"};
    auto read = [this](const Endpoint& node, const std::vector<Reply>& replies) {
        return owner_in(node, replies[0]);
    };
    return poll_.ask(std::move(question), "no node of the Cluster answers", std::move(read));
}

Result<Endpoint> ClusterLookup::owner_in(const Endpoint& node, const Reply& slots) {
    const auto owner = owner_of(slots, slot_);
    if (!owner) {
        const auto reason =
            slots.is_error() ? slots.text : "nobody owns slot " + std::to_string(slot_);
        return invalid("no_owner", "the Cluster does not serve the slot (" + node.display() + ": " +
                                       reason + ")");
    }
    learn(slots);
    Endpoint found = server_;
    // "?" of a node that was told to give its name, and has none.
    const bool has_host = !owner->host.empty() && owner->host != "?";
    found.host = has_host ? owner->host : node.host;
    found.port = owner->port;
    return found;
}

Task<> ClusterLookup::listen(std::size_t, OnSwitch) {
    co_return;  // a Cluster announces nothing
}

/// Replicas as well: each knows the map, and one of them is the next master.
void ClusterLookup::learn(const Reply& slots) {
    for (const auto& range : slots.elements) {
        for (std::size_t i = 2; i < range.elements.size(); ++i) {
            if (const auto place = place_of(range.elements[i])) {
                poll_.nodes().learn(place->host, place->port);
            }
        }
    }
}

}  // namespace tripos::redis
