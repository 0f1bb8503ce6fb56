// SPDX-License-Identifier: MIT
#include "core/finding.hpp"

#include <array>

namespace tripos {

std::string_view to_text(Verdict verdict) {
    static constexpr std::array<std::string_view, 5> kWords = {"ok", "advice", "warn", "fail",
                                                               "skipped"};
    return kWords.at(static_cast<std::size_t>(verdict));
}

}  // namespace tripos
