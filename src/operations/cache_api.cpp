// SPDX-License-Identifier: MIT
#include "operations/cache_api.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "http/json_body.hpp"
#include "http/json_writer.hpp"
#include "module/command.hpp"
#include "operations/cache_json.hpp"
#include "operations/shown_text.hpp"
#include "redis/connection.hpp"

namespace tripos::operations {

namespace {

namespace json = boost::json;
namespace schema = http::schema;
using cache::Cache;
using http::BodyReader;
using http::Operation;
using http::Reply;
using http::Request;

constexpr std::size_t kMostNames = 1'000;
constexpr std::size_t kLongestName = 500;
constexpr const char* kEveryFamily = "all";  ///< confirms that the whole cache is meant

Error no_such_key() {
    return not_found(
        "No cached value has such a name; `tripos cache stats` lists "
        "the patterns of their names");
}

/// Problems are noted in the body.
std::vector<std::string> read_names(BodyReader& body, std::string_view name) {
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

std::vector<cache::Key> read_keys(const Cache& cache, BodyReader& body) {
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

/// The body's `key`; what no cached value has for a name is an Error.
Result<cache::Key> read_key(const Cache& cache, Request& request) {
    BodyReader body(request);
    const auto name = body.text("key");
    if (const auto error = body.error()) {
        return *error;
    }
    const auto key = cache.parse(name);
    return key ? Result<cache::Key>(*key) : no_such_key();
}

Task<Reply> show_cache_stats(Cache& cache, Request&) {
    co_return http::success(200, "Cache", {{"data", to_json(cache.stats())}});
}

Task<Reply> answer_entry(Cache& cache, cache::Key key) {
    const auto told = co_await cache.explain(key);
    co_return http::success(200, "Cache entry", {{"data", to_json(told)}});
}

Task<Reply> entry(Cache& cache, Request& request) {
    const auto name = request.query_parameter("key").value_or("");
    if (name.empty()) {
        co_return invalid_field("key", "name a key: ?key=exam:...");
    }
    const auto key = cache.parse(name);
    if (!key) {
        co_return no_such_key();
    }
    co_return co_await answer_entry(cache, *key);
}

Task<Reply> invalidate(Cache& cache, Request& request) {
    BodyReader body(request);
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

/// What is emptied is loaded again by everybody at once: nobody asks for that by accident.
Error clearing_not_confirmed(const std::string& wanted) {
    auto error = conflict("not_confirmed", "Every server forgets what is cached: repeat with `" +
                                               wanted + "` as `confirm`");
    error.extra.emplace_back("wanted", http::json_string(wanted));
    return error;
}

Task<Reply> clear(Cache& cache, Request& request) {
    BodyReader body(request);
    const auto family = body.maybe_text("family");
    const auto confirmation = body.maybe_text("confirm", {.min_length = 0});
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto* found = family ? cache.find_family(*family) : nullptr;
    if (family && found == nullptr) {
        co_return invalid_field("family", "there is no family of that name");
    }
    if (const auto wanted = family.value_or(kEveryFamily); confirmation != wanted) {
        co_return clearing_not_confirmed(wanted);
    }
    if (!family) {
        co_await cache.clear();
        co_return http::success(200, "The cache is empty");
    }
    co_await cache.clear(*found);
    co_return http::success(200, "The family is empty");
}

Task<Reply> get(Cache& cache, Request& request) {
    const auto key = read_key(cache, request);
    if (!key) {
        co_return key.error();
    }
    const auto value = co_await cache.stored(*key);
    const auto told = co_await cache.explain(*key);
    if (!value && !told.redis_answered) {
        throw redis::Unavailable("a value cannot be read");
    }
    co_return http::success(
        200, "Cached value",
        {{"found", value.has_value()},
         {"value", value ? json::value(json::string(shown_text(*value))) : json::value(nullptr)}});
}

Task<Reply> explain(Cache& cache, Request& request) {
    const auto key = read_key(cache, request);
    if (!key) {
        co_return key.error();
    }
    co_return co_await answer_entry(cache, *key);
}

Task<Reply> del(Cache& cache, Request& request) {
    BodyReader body(request);
    const auto name = body.text("key");
    const auto key = cache.parse(name);
    if (!key && !body.error()) {
        body.reject("key", "no cached value has a name like " + name);
    }
    if (auto error = body.error()) {
        co_return *error;
    }
    co_await cache.del(*key);
    co_return http::success(200, "Deleted");
}

Task<Reply> warm(attempts::AttemptsModule& attempts, Request& request) {
    BodyReader body(request);
    auto exam_id = body.id("exam");
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto names = co_await attempts.warm(std::move(exam_id));
    if (!names) {
        co_return names.error();
    }
    co_return http::success(200, "Warm", {{"keys", json::value_from(*names)}});
}

}  // namespace

void add_cache_routes(http::Router& router, const accounts::Guard& guard, Cache& cache) {
    const std::string base = "/api/admin/cache";
    const auto names = schema::list_of(schema::text());
    router.get(base, guard.staff(accounts::Capability::operate, std::ref(cache), show_cache_stats),
               Operation("Cache", "Hits, loads and advice per family, of this server")
                   .answers(200, "The figures", {{"data", shapes::cache_stats()}}));
    router.get(base + "/entry", guard.staff(accounts::Capability::operate, std::ref(cache), entry),
               Operation("Cache", "Everything about one key but its value")
                   .asks("key", schema::text(), "Its name without CACHE_PREFIX")
                   .answers(200, "The entry", {{"data", shapes::cache_entry()}})
                   .refuses(404, {"not_found"}));
    router.post(base + "/invalidate",
                guard.staff(accounts::Capability::operate, std::ref(cache), invalidate),
                Operation("Cache", "Invalidate keys and tags, on every server")
                    .takes({{"keys?", names}, {"tags?", names}})
                    .answers(200, "Invalidated"));
    router.post(base + "/clear", guard.staff(accounts::Capability::operate, std::ref(cache), clear),
                Operation("Cache", "Empty one family or the whole cache, on every server")
                    .details("`confirm` is the family's name, or `all` where none is named.")
                    .takes({{"family?", schema::text()}, {"confirm?", schema::text()}})
                    .answers(200, "Empty")
                    .refuses(409, {"not_confirmed"}, {{"wanted?", schema::text()}}));
}

void add_cache_control_routes(http::Router& router, const OperationsParts& parts) {
    const auto add = [&router](const char* name, http::Handler handler) {
        router.post(std::string("/control/cache/") + name, std::move(handler),
                    Operation("Cache commands", name));
    };
    const auto cached = [&parts](auto handler) {
        return http::bind(std::ref(parts.cache), handler);
    };
    add("stats", cached(show_cache_stats));
    add("get", cached(get));
    add("explain", cached(explain));
    add("del", recorded_command(parts, cached(del)));
    add("invalidate", recorded_command(parts, cached(invalidate)));
    add("clear", recorded_command(parts, cached(clear)));
    add("warm", recorded_command(parts, http::bind(std::ref(parts.attempts), warm)));
}

}  // namespace tripos::operations
