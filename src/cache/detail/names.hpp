// SPDX-License-Identifier: MIT
#pragma once
// Names: how things are called in Redis. A value is <prefix><name>, its lease {<value>}:lease (the
// same slot of a Cluster), or <value>:lease where the prefix has a hash tag, which then decides the
// slot of everything; versions are <prefix>cachetag:<tag> and <prefix>cachegen:<family>.
// Immutable, thread-safe.

#include <string>
#include <string_view>

namespace tripos::cache {

class Names {
  public:
    explicit Names(std::string prefix);

    std::string value(std::string_view name) const { return prefix_ + std::string(name); }
    std::string lease(const std::string& value) const { return beside(value, kLease); }
    /// Of writers that have announced themselves (WriteScope::guard).
    std::string guards(const std::string& value) const { return beside(value, ":guards"); }
    /// Nothing is ever read of it: written, or looked for in vain, as a sign of life.
    std::string heartbeat() const { return prefix_ + "cachebeat"; }
    /// There once this server's versions have been ended (Impl::meet).
    std::string met(std::string_view server) const {
        return prefix_ + "cachemet:" + std::string(server);
    }
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
    std::string_view value_of_lease(std::string_view redis_name) const;
    /// Without the prefix.
    std::string_view bare(std::string_view redis_name) const {
        return redis_name.substr(redis_name.starts_with(prefix_) ? prefix_.size() : 0);
    }

  private:
    static constexpr std::string_view kLease = ":lease";

    std::string beside(const std::string& value, std::string_view ending) const;

    std::string prefix_;
    bool has_tag_;
    std::string tag_prefix_;
    std::string generation_prefix_;
};

}  // namespace tripos::cache
