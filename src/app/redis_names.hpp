// SPDX-License-Identifier: MIT
#pragma once
// How keys begin in Redis, by the settings. In a Cluster all keys of a use share a hash tag: that
// of QUEUE_PREFIX, and that of CACHE_PREFIX or one of our own.

#include <string>

#include "app/config.hpp"

namespace tripos::app {

/// CACHE_PREFIX, with a hash tag where the cache is a Cluster.
std::string cache_prefix_of(const Config& config);
/// Of what lies beside the queues: limits, who was seen when.
std::string own_prefix_of(const Config& config);
/// What of the settings does not suit a Cluster.
void check_redis_names(const Config& config, std::vector<FieldError>& problems);

}  // namespace tripos::app
