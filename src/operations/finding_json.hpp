// SPDX-License-Identifier: MIT
#pragma once
// Findings as every answer shows them, and their shape for the API description. Pure functions,
// thread-safe.

#include <boost/json/array.hpp>

#include "core/finding.hpp"
#include "http/schema.hpp"

namespace tripos::operations {

boost::json::array to_json(const std::vector<Finding>& findings);

/// What to_json() made; whatever is no finding is passed over.
std::vector<Finding> read_findings(const boost::json::value& array);

namespace shapes {

http::Schema finding();

}  // namespace shapes

}  // namespace tripos::operations
