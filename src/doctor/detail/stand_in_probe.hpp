// SPDX-License-Identifier: MIT
#pragma once
// Looks at how servers that stand in for each other are set up. Writes nothing.

#include "doctor/evidence.hpp"
#include "redis/client.hpp"

namespace tripos::doctor {

/// `master`: a client of the one that is master now; `slot_key`: a key of its use. Nothing: the
/// address is of one server. Blocking; the context is run by another thread. Throws
/// redis::Unavailable.
std::optional<StandInLook> look_at_stand_ins(asio::io_context& context, redis::Client& master,
                                             const redis::Address& address,
                                             const std::string& slot_key);

}  // namespace tripos::doctor
