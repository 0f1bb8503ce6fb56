// SPDX-License-Identifier: MIT
#include "queue/detail/connection_name.hpp"

#include "core/text.hpp"

namespace tripos::queue::detail {

std::string connection_name(const std::string& prefix, const std::string& queue,
                            const std::string& suffix) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(queue.data());
    return prefix + ":" + base64_encode({bytes, queue.size()}) + suffix;
}

}  // namespace tripos::queue::detail
