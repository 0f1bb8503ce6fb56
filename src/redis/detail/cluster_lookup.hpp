// SPDX-License-Identifier: MIT
#pragma once
// ClusterLookup: the owner of the one slot that all keys of a use are in, by CLUSTER SLOTS, which
// old servers and proxies know as well.

#include "redis/address.hpp"
#include "redis/detail/lookup.hpp"
#include "redis/detail/node_poll.hpp"
#include "redis/reply.hpp"

namespace tripos::redis {

/// Where a reply to CLUSTER SLOTS says the slot is: empty host: at the node that was asked;
/// nothing: nowhere. Pure.
struct SlotOwner {
    std::string host;
    std::uint16_t port = 0;
};
std::optional<SlotOwner> owner_of(const Reply& slots, int slot);

class ClusterLookup final : public Lookup {
  public:
    ClusterLookup(asio::io_context& context, const Address& address, std::string_view slot_key);

    Task<Result<Endpoint>> find() override;
    void distrust_first() override { poll_.nodes().distrust_first(); }
    std::size_t listeners() const override { return 0; }
    Task<> listen(std::size_t which, OnSwitch on_switch) override;

  private:
    Result<Endpoint> owner_in(const Endpoint& node, const Reply& slots);
    void learn(const Reply& slots);

    asio::io_context& context_;
    const Endpoint server_;  ///< what all nodes have in common
    const int slot_;
    NodePoll poll_;
};

}  // namespace tripos::redis
