// SPDX-License-Identifier: MIT
#pragma once
// Names: how things are called in Redis. A value is <prefix><name>, its lease {<value>}:lease (the
// same slot of a Cluster), versions are <prefix>cachetag:<tag> and <prefix>cachegen:<family>.
// Immutable, thread-safe.

#include <string>
#include <string_view>

namespace tripos::cache {

class Names {
  public:
    explicit Names(std::string prefix);

    std::string value(std::string_view name) const { return prefix_ + std::string(name); }
    static std::string lease(const std::string& value) { return "{" + value + "}:lease"; }
    /// Of writers that have announced themselves (WriteScope::guard).
    static std::string guards(const std::string& value) { return "{" + value + "}:guards"; }
    std::string tag(std::string_view tag) const { return tag_prefix_ + std::string(tag); }
    std::string generation(std::string_view family) const {
        return generation_prefix_ + std::string(family);
    }

    /// A version that every witness depends on: no family's, for none is without a name.
    const std::string& witnesses() const { return generation_prefix_; }

    bool is_version(std::string_view redis_name) const {
        return redis_name.starts_with(tag_prefix_) || redis_name.starts_with(generation_prefix_);
    }
    /// The value whose lease this is; empty: it is no lease.
    static std::string_view value_of_lease(std::string_view redis_name);
    /// Without the prefix.
    std::string_view bare(std::string_view redis_name) const {
        return redis_name.substr(redis_name.starts_with(prefix_) ? prefix_.size() : 0);
    }

  private:
    std::string prefix_;
    std::string tag_prefix_;
    std::string generation_prefix_;
};

}  // namespace tripos::cache
