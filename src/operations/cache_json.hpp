// SPDX-License-Identifier: MIT
#pragma once
// The cache's figures and what it knows of one key, as the administration's answers show them, and
// the shapes of both for the API description. Pure functions, thread-safe.

#include <boost/json/object.hpp>

#include "cache/stats.hpp"
#include "http/schema.hpp"

namespace tripos::operations {

/// With the advice about it.
boost::json::object to_json(const cache::Stats& stats);
boost::json::object to_json(const cache::Explanation& told);

namespace shapes {

http::Schema cache_stats();
http::Schema cache_entry();

}  // namespace shapes

}  // namespace tripos::operations
