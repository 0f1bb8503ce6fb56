// SPDX-License-Identifier: MIT
#include "operations/cache_api.hpp"

#include "operations/cache_answers.hpp"
#include "operations/cache_json.hpp"

namespace tripos::operations {

namespace schema = http::schema;
using http::Operation;

void CacheApi::add_routes(http::Router& router, const accounts::Guard& guard) {
    const std::string cache = "/api/admin/cache";
    const auto names = schema::list_of(schema::text());
    router.get(cache, guard.admin(this, &CacheApi::stats),
               Operation("Cache", "Hits, loads and advice per family, of this server")
                   .answers(200, "The figures", {{"data", shapes::cache_stats()}}));
    router.get(cache + "/entry", guard.admin(this, &CacheApi::entry),
               Operation("Cache", "Everything about one key but its value")
                   .asks("key", schema::text(), "Its name without CACHE_PREFIX")
                   .answers(200, "The entry", {{"data", shapes::cache_entry()}})
                   .refuses(404, {"not_found"}));
    router.post(cache + "/invalidate", guard.admin(this, &CacheApi::invalidate),
                Operation("Cache", "Invalidate keys and tags, on every server")
                    .takes({{"keys?", names}, {"tags?", names}})
                    .answers(200, "Invalidated"));
    router.post(cache + "/clear", guard.admin(this, &CacheApi::clear),
                Operation("Cache", "Empty one family or the whole cache, on every server")
                    .takes({{"family?", schema::text()}})
                    .answers(200, "Empty"));
}

Task<http::Reply> CacheApi::stats(http::Request&, const Principal&) {
    co_return answer_cache_stats(cache_);
}

Task<http::Reply> CacheApi::entry(http::Request& request, const Principal&) {
    auto name = request.query_parameter("key").value_or("");
    if (name.empty()) {
        co_return invalid_field("key", "name a key: ?key=exam:...");
    }
    co_return co_await answer_cache_entry(cache_, std::move(name));
}

Task<http::Reply> CacheApi::invalidate(http::Request& request, const Principal&) {
    http::BodyReader body(request);
    co_return co_await answer_cache_invalidate(cache_, body);
}

Task<http::Reply> CacheApi::clear(http::Request& request, const Principal&) {
    http::BodyReader body(request);
    co_return co_await answer_cache_clear(cache_, body);
}

}  // namespace tripos::operations
