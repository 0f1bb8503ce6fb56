// SPDX-License-Identifier: MIT
#pragma once
// Seams: where the tests take a guard of the protocol out, to show that the guarantee falls with
// it, and where they hold it still at a chosen moment. Production leaves all as it is.

#include <functional>

#include "async/task.hpp"

namespace tripos::cache {

struct Seams {
    bool check_lease = true;     ///< G1: a fill needs the token its load was given
    bool check_guards = true;    ///< a fill is refused while a writer guards the value
    bool check_tickets = true;   ///< G3: rule (P), what crossed an announcement is not kept
    bool flush_on_loss = true;   ///< G3: a lost connection empties the tier
    bool run_barrier = true;     ///< G2: a strict call waits for the announcements before it
    bool check_versions = true;  ///< G4: a value is as valid as the versions it recorded
    std::function<Task<>()> after_read;   ///< between a tracked reply and what is made of it
    std::function<Task<>()> after_lease;  ///< the same of the answer to whoever asks for a lease
};

}  // namespace tripos::cache
