// SPDX-License-Identifier: MIT
#pragma once
// Declared: a family as its cache keeps it. Thread-safe.

#include <typeindex>

#include "cache/detail/bulkhead.hpp"
#include "cache/detail/local.hpp"
#include "cache/family.hpp"

namespace tripos::cache {

struct Declared final : Family {
    Declared(FamilyOptions options, Decode decode, Weigh weigher, std::type_index value_type,
             const Names& names)
        : Family(std::move(options), std::move(decode), weigher),
          type(value_type),
          generation(names.generation(this->options().name)),
          bulkhead(this->options().max_loads, this->options().max_waiting_loads) {}

    /// Of a key of that cache.
    static const Declared& of(const Key& key) { return static_cast<const Declared&>(key.family()); }

    const std::type_index type;    ///< of the values
    const std::string generation;  ///< the version's name in Redis
    mutable Bulkhead bulkhead;
};

/// The records of the versions that a value of this key depends on: its family's, then its tags'.
struct VersionsOf {
    VersionsOf(const Key& key, Local& local);

    std::array<std::shared_ptr<Version>, 1 + Family::kMaxTags> records;
    std::size_t count = 0;
};

}  // namespace tripos::cache
