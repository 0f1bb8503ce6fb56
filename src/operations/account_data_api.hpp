// SPDX-License-Identifier: MIT
#pragma once
// A copy of everything that is stored about the caller, put together from what each module knows.
//
//   GET /api/profile/me/export  -> {account, sessions, mails, attempts} as a file to keep

#include "operations/operations_parts.hpp"

namespace tripos::operations {

/// The parts outlive the router.
void add_account_data_routes(http::Router& router, const accounts::Guard& guard,
                             const OperationsParts& parts);

}  // namespace tripos::operations
