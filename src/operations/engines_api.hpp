// SPDX-License-Identifier: MIT
#pragma once
// What the engines of the site do: the Redis servers as they last described themselves, the
// database, and the requests by route.
//
//   GET /api/admin/engines   -> data: redis, database, classes, statements, routes
//
// Counts are of this process since its start, those of Redis since its own.

#include "operations/operations_parts.hpp"

namespace tripos::operations {

/// The parts outlive the router.
void add_engine_routes(http::Router& router, const accounts::Guard& guard,
                       const OperationsParts& parts);
/// For `tripos engines`.
void add_engine_control_routes(http::Router& router, const OperationsParts& parts);

}  // namespace tripos::operations
