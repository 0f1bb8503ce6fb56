// SPDX-License-Identifier: MIT
#pragma once
// How the answers of the cache's routes look to a person. Pure functions, thread-safe.

#include <boost/json/object.hpp>
#include <string>

#include "app/cache_command.hpp"

namespace tripos::app {

/// The answer to `arguments.action` as lines, each ended.
std::string cache_text(const CacheArguments& arguments, const boost::json::object& answer);

}  // namespace tripos::app
