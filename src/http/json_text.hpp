// SPDX-License-Identifier: MIT
#pragma once
// JSON as people write it: 1 and 0.5, not 1E0 and 5E-1. Pure, thread-safe.

#include <boost/json/value.hpp>
#include <string>

namespace tripos::http {

std::string json_text(const boost::json::value& value);

}  // namespace tripos::http
