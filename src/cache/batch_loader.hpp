// SPDX-License-Identifier: MIT
#pragma once
// BatchLoader: concurrent loads of one family as one call of its source. Each value still has a
// lease, a flight and a fill of its own; only the question to the source is shared.
//
//     BatchLoader loads([this](std::vector<std::string> ids) { return read_all(std::move(ids)); });
//     co_await cache.get_or_set(exams.key(id), loads.of(id));

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "cache/cache.hpp"

namespace tripos::cache {

/// Thread-safe. Copies share their batches.
class BatchLoader {
  public:
    /// A value per id, in the order of the ids; null: there is none.
    using LoadMany = std::function<Task<std::vector<Bytes>>(std::vector<std::string> ids)>;

    explicit BatchLoader(LoadMany load_many);  ///< loads what is asked for in the same turn

    /// Loads that one, together with those asked for in the same turn of the event loop. If the
    /// common load fails, all of them do.
    Loader of(std::string id) const;

  private:
    struct State;

    std::shared_ptr<State> state_;
};

}  // namespace tripos::cache
