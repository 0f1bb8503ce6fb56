// SPDX-License-Identifier: MIT
#pragma once
// Lookup: how a Resolver finds out. Confined to its context; one look at a time.

#include <functional>

#include "async/task.hpp"
#include "core/result.hpp"
#include "redis/url.hpp"

namespace tripos::redis {

class Lookup {
  public:
    /// A server was told to be master no more, and which is.
    using OnSwitch = std::function<void(const Endpoint& left, const Endpoint& master)>;

    virtual ~Lookup() = default;

    /// The master, or why nobody says so. Bounded in time by the number of nodes.
    virtual Task<Result<Endpoint>> find() = 0;
    /// Whom the last look believed is asked last from now on.
    virtual void distrust_first() = 0;
    /// How many tasks should listen().
    virtual std::size_t listeners() const = 0;
    /// Hears of changes until it is cancelled.
    virtual Task<> listen(std::size_t which, OnSwitch on_switch) = 0;
};

}  // namespace tripos::redis
