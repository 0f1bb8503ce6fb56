// SPDX-License-Identifier: MIT
#include "operations/cache_answers.hpp"

#include <algorithm>
#include <boost/json/array.hpp>

#include "operations/cache_json.hpp"
#include "operations/shown_text.hpp"
#include "redis/connection.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

constexpr std::size_t kMostNames = 1'000;
constexpr std::size_t kLongestName = 500;

Error no_such_key() {
    return not_found(
        "No cached value has such a name; `tripos cache stats` lists "
        "the patterns of their names");
}

/// Problems are noted in the body.
std::vector<std::string> read_names(http::BodyReader& body, std::string_view name) {
    std::vector<std::string> names;
    const auto* given = body.array(name, kMostNames);
    if (given == nullptr) {
        return names;
    }
    for (const auto& value : *given) {
        const auto* text = value.if_string();
        if (text == nullptr || text->empty() || text->size() > kLongestName) {
            body.reject(name, std::string(name) + " must be names of 1 to 500 bytes");
            break;
        }
        names.emplace_back(*text);
    }
    return names;
}

std::vector<cache::Key> read_keys(const cache::Cache& cache, http::BodyReader& body) {
    std::vector<cache::Key> keys;
    for (const auto& name : read_names(body, "keys")) {
        if (auto key = cache.parse(name)) {
            keys.push_back(*key);
        } else {
            body.reject("keys", "no cached value has a name like " + name);
        }
    }
    return keys;
}

}  // namespace

http::Response answer_cache_stats(const cache::Cache& cache) {
    json::object members;
    members["data"] = to_json(cache.stats());
    return http::success(200, "Cache", std::move(members));
}

Task<http::Reply> answer_cache_entry(cache::Cache& cache, std::string name) {
    const auto key = cache.parse(name);
    if (!key) {
        co_return no_such_key();
    }
    const auto told = co_await cache.explain(*key);
    json::object members;
    members["data"] = to_json(told);
    co_return http::success(200, "Cache entry", std::move(members));
}

Task<http::Reply> answer_cache_value(cache::Cache& cache, std::string name) {
    const auto key = cache.parse(name);
    if (!key) {
        co_return no_such_key();
    }
    const auto value = co_await cache.stored(*key);
    const auto told = co_await cache.explain(*key);
    if (!value && !told.redis_answered) {
        throw redis::Unavailable("a value cannot be read");
    }
    json::object members;
    members["found"] = value.has_value();
    members["value"] = value ? json::value(json::string(shown_text(*value))) : json::value(nullptr);
    co_return http::success(200, "Cached value", std::move(members));
}

Task<http::Reply> answer_cache_invalidate(cache::Cache& cache, http::BodyReader& body) {
    auto keys = read_keys(cache, body);
    auto tags = read_names(body, "tags");
    if (keys.empty() && tags.empty() && !body.error()) {
        body.reject("keys", "name at least one key or tag");
    }
    if (auto error = body.error()) {
        co_return *error;
    }
    co_await cache.invalidate(std::move(keys), std::move(tags));
    co_return http::success(200, "Invalidated");
}

Task<http::Reply> answer_cache_clear(cache::Cache& cache, http::BodyReader& body) {
    const auto family = body.maybe_text("family");
    if (auto error = body.error()) {
        co_return *error;
    }
    if (!family) {
        co_await cache.clear();
        co_return http::success(200, "The cache is empty");
    }
    const auto* found = cache.find_family(*family);
    if (found == nullptr) {
        co_return invalid_field("family", "there is no family of that name");
    }
    co_await cache.clear(*found);
    co_return http::success(200, "The family is empty");
}

}  // namespace tripos::operations
