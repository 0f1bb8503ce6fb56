// SPDX-License-Identifier: MIT
#pragma once
// How mails fare, and why one did not arrive.
//
//   GET  /api/admin/mail/stats             per class: quantiles, outcomes, doubts
//   GET  /api/admin/mail/log?address=      the newest mails to an address with every try
//   GET  /api/admin/mail/jobs/:id         id, state, progress, attempts, failedReason
//   POST /api/admin/mail/messages/:id/resend   a finished mail once more
//   POST /control/mail/stats {}, /log {address}, /resend {id}, /test {address}: for `tripos mail`;
//        test sends one and answers with the dialogue, secrets masked

#include "operations/operations_parts.hpp"

namespace tripos::operations {

/// The parts outlive the router.
void add_mail_routes(http::Router& router, const accounts::Guard& guard,
                     const OperationsParts& parts);
/// `from`: MAIL_FROM.
void add_mail_control_routes(http::Router& router, const OperationsParts& parts, std::string from);

}  // namespace tripos::operations
