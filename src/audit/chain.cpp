// SPDX-License-Identifier: MIT
#include "audit/chain.hpp"

#include "core/digest.hpp"

namespace tripos::audit {

std::string seal_of(const std::string& previous, const StoredEntry& stored) {
    std::string sealed;
    const auto add = [&sealed](const std::string& text) {
        sealed += std::to_string(text.size()) + ':' + text + ',';
    };
    for (const auto& text : {previous, std::to_string(*stored.number), stored.id,
                             std::to_string(to_millis(stored.at))}) {
        add(text);
    }
    for (const auto* const text : texts_of(stored)) {
        add(*text);
    }
    return sha256(sealed);
}

}  // namespace tripos::audit
