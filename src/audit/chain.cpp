// SPDX-License-Identifier: MIT
#include "audit/chain.hpp"

#include "core/digest.hpp"

namespace tripos::audit {

std::string seal_of(const std::string& previous, const StoredEntry& stored) {
    const auto& [action, subject, within, before, after] = stored.entry;
    std::string sealed;
    for (const auto& text :
         {previous, std::to_string(*stored.number), stored.id, std::to_string(to_millis(stored.at)),
          stored.actor.id, stored.actor.address, stored.actor.device, stored.actor.request_id,
          action, subject, within, before, after}) {
        sealed += std::to_string(text.size()) + ':' + text + ',';
    }
    return sha256(sealed);
}

}  // namespace tripos::audit
