// SPDX-License-Identifier: MIT
#include "operations/cache_control.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "operations/cache_answers.hpp"

namespace tripos::operations {

namespace json = boost::json;

namespace {

constexpr const char* kTag = "Cache commands";

using http::BodyReader;

}  // namespace

void CacheControl::add_routes(http::Router& router) {
    const auto add = [this, &router](const char* name,
                                     Task<http::Reply> (CacheControl::*call)(http::Request&)) {
        router.post(std::string("/control/cache/") + name, http::bind(this, call),
                    http::Operation(kTag, name));
    };
    add("stats", &CacheControl::stats);
    add("get", &CacheControl::get);
    add("explain", &CacheControl::explain);
    add("del", &CacheControl::del);
    add("invalidate", &CacheControl::invalidate);
    add("clear", &CacheControl::clear);
    add("warm", &CacheControl::warm);
}

Task<http::Reply> CacheControl::stats(http::Request&) {
    co_return answer_cache_stats(cache_);
}

Task<http::Reply> CacheControl::get(http::Request& request) {
    BodyReader body(request);
    auto name = body.text("key");
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await answer_cache_value(cache_, std::move(name));
}

Task<http::Reply> CacheControl::explain(http::Request& request) {
    BodyReader body(request);
    auto name = body.text("key");
    if (auto error = body.error()) {
        co_return *error;
    }
    co_return co_await answer_cache_entry(cache_, std::move(name));
}

Task<http::Reply> CacheControl::del(http::Request& request) {
    BodyReader body(request);
    const auto name = body.text("key");
    const auto key = cache_.parse(name);
    if (!key && !body.error()) {
        body.reject("key", "no cached value has a name like " + name);
    }
    if (auto error = body.error()) {
        co_return *error;
    }
    co_await cache_.del(*key);
    co_return http::success(200, "Deleted");
}

Task<http::Reply> CacheControl::invalidate(http::Request& request) {
    BodyReader body(request);
    co_return co_await answer_cache_invalidate(cache_, body);
}

Task<http::Reply> CacheControl::clear(http::Request& request) {
    BodyReader body(request);
    co_return co_await answer_cache_clear(cache_, body);
}

Task<http::Reply> CacheControl::warm(http::Request& request) {
    BodyReader body(request);
    auto exam_id = body.id("exam");
    if (auto error = body.error()) {
        co_return *error;
    }
    const auto names = co_await attempts_.warm(std::move(exam_id));
    if (!names) {
        co_return names.error();
    }
    json::object members;
    members["keys"] = json::value_from(*names);
    co_return http::success(200, "Warm", std::move(members));
}

}  // namespace tripos::operations
