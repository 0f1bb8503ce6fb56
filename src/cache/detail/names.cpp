// SPDX-License-Identifier: MIT
#include "cache/detail/names.hpp"

#include "core/assert.hpp"
#include "redis/hash_tag.hpp"

namespace tripos::cache {

Names::Names(std::string prefix)
    : prefix_(std::move(prefix)),
      has_tag_(!redis::hash_tag_of(prefix_).empty()),
      tag_prefix_(prefix_ + "cachetag:"),
      generation_prefix_(prefix_ + "cachegen:") {
    TRIPOS_ASSERT(has_tag_ || prefix_.find_first_of("{}") == std::string::npos);
}

std::string Names::beside(const std::string& value, std::string_view ending) const {
    return (has_tag_ ? value : "{" + value + "}") + std::string(ending);
}

std::string_view Names::value_of_lease(std::string_view redis_name) const {
    if (!redis_name.ends_with(kLease)) {
        return {};
    }
    redis_name.remove_suffix(kLease.size());
    if (has_tag_) {
        return redis_name.starts_with(prefix_) ? redis_name : std::string_view();
    }
    const bool is_braced = redis_name.starts_with('{') && redis_name.ends_with('}');
    return is_braced ? redis_name.substr(1, redis_name.size() - 2) : std::string_view();
}

}  // namespace tripos::cache
