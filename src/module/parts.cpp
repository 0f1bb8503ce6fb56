// SPDX-License-Identifier: MIT
#include "module/parts.hpp"

#include "audit/trail.hpp"

namespace tripos {

void Parts::record(sql::Session& session, const audit::Actor& actor,
                   const audit::Entry& entry) const {
    audit::append(session, clock.now(), random, actor, entry);
}

}  // namespace tripos
