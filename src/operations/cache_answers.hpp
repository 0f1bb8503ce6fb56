// SPDX-License-Identifier: MIT
#pragma once
// What the cache's routes answer, the same over HTTP and over the control socket. Stateless; the
// coroutines borrow the cache until they end.

#include "cache/cache.hpp"
#include "http/json_body.hpp"
#include "http/message.hpp"

namespace tripos::operations {

/// `data` with the figures and the advice.
http::Response answer_cache_stats(const cache::Cache& cache);
/// `data` with everything about one key; 404 when no family has such names.
Task<http::Reply> answer_cache_entry(cache::Cache& cache, std::string name);
/// `found` and, of a value, its text; 404 as answer_cache_entry.
Task<http::Reply> answer_cache_value(cache::Cache& cache, std::string name);
/// Of the body's `keys` and `tags`, at least one.
Task<http::Reply> answer_cache_invalidate(cache::Cache& cache, http::BodyReader& body);
/// Of the body's `family`, or everything.
Task<http::Reply> answer_cache_clear(cache::Cache& cache, http::BodyReader& body);

}  // namespace tripos::operations
