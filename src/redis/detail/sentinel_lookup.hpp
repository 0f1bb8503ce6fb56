// SPDX-License-Identifier: MIT
#pragma once
// SentinelLookup: the master that Sentinels know under a name
// (redis.io/docs/reference/sentinel-clients). They are asked before each connect, and two of them
// are listened to: +switch-master comes long before a demoted master admits that it is one.

#include "redis/address.hpp"
#include "redis/detail/lookup.hpp"
#include "redis/detail/node_poll.hpp"
#include "redis/reply.hpp"

namespace tripos::redis {

class SentinelLookup final : public Lookup {
  public:
    SentinelLookup(asio::io_context& context, const Address& address);

    Task<Result<Endpoint>> find() override;
    void distrust_first() override { poll_.nodes().distrust_first(); }
    std::size_t listeners() const override { return 2; }
    Task<> listen(std::size_t which, OnSwitch on_switch) override;

  private:
    Endpoint server_at(const std::string& host, std::uint16_t port) const;
    Result<Endpoint> master_in(const std::vector<Reply>& replies);
    void learn(const Reply& sentinels);
    Task<> listen_to(Endpoint node, HostResolver& resolver, const OnSwitch& on_switch);
    void hear(const Reply& message, const OnSwitch& on_switch) const;

    asio::io_context& context_;
    const std::string master_;
    const Endpoint server_;  ///< what all servers have in common
    NodePoll poll_;
};

}  // namespace tripos::redis
