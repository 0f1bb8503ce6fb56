// SPDX-License-Identifier: MIT
#pragma once
// The name by which BullMQ finds the workers and listeners of a queue in the server's list of
// clients. Pure function, thread-safe.

#include <string>

namespace tripos::queue::detail {

/// `suffix`: ":w:<name>" of a named worker, ":qe" of a listener, or nothing.
std::string connection_name(const std::string& prefix, const std::string& queue,
                            const std::string& suffix);

}  // namespace tripos::queue::detail
