// SPDX-License-Identifier: MIT
#include "cache/detail/names.hpp"

#include "core/assert.hpp"

namespace tripos::cache {

Names::Names(std::string prefix)
    : prefix_(std::move(prefix)),
      tag_prefix_(prefix_ + "cachetag:"),
      generation_prefix_(prefix_ + "cachegen:") {
    TRIPOS_ASSERT(prefix_.find_first_of("{}") == std::string::npos);
}

std::string_view Names::value_of_lease(std::string_view redis_name) {
    constexpr std::string_view kEnd = "}:lease";
    if (!redis_name.starts_with('{') || !redis_name.ends_with(kEnd)) {
        return {};
    }
    return redis_name.substr(1, redis_name.size() - 1 - kEnd.size());
}

}  // namespace tripos::cache
