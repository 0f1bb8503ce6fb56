// SPDX-License-Identifier: MIT
#include "app/redis_names.hpp"

#include "redis/address.hpp"
#include "redis/hash_tag.hpp"

namespace tripos::app {

namespace {

bool is_cluster(const Secret& own, const Secret& common) {
    const auto address = redis::parse_address((own.empty() ? common : own).reveal());
    return address && address->kind == redis::Address::Kind::cluster;
}

}  // namespace

std::string cache_prefix_of(const Config& config) {
    const bool needs_tag = is_cluster(config.cache_redis_url, config.redis_url) &&
                           redis::hash_tag_of(config.cache_prefix).empty();
    return (needs_tag ? "{tripos}:" : "") + config.cache_prefix;
}

std::string own_prefix_of(const Config& config) {
    if (!is_cluster(config.queue_redis_url, config.redis_url)) {
        return "{tripos}:";
    }
    return "{" + std::string(redis::hash_tag_of(config.queue_prefix)) + "}:tripos:";
}

void check_redis_names(const Config& config, std::vector<FieldError>& problems) {
    if (is_cluster(config.queue_redis_url, config.redis_url) &&
        redis::hash_tag_of(config.queue_prefix).empty()) {
        problems.push_back({.field = "QUEUE_PREFIX",
                            .message = "must have a hash tag where the queue is a Redis Cluster, "
                                       "such as {bull}: a job's keys belong in one slot"});
    }
}

}  // namespace tripos::app
