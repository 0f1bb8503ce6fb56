// SPDX-License-Identifier: MIT
#pragma once
// Of which class a request is, by its route: those that people wait for in the same way, and whose
// times are told together. Pure, thread-safe.

#include <array>
#include <string_view>

namespace tripos::operations {

inline constexpr std::array<std::string_view, 7> kRouteClasses{"saves", "papers", "login", "api",
                                                               "admin", "pages",  "probes"};

/// One of kRouteClasses. `route`: its pattern, or what stands for none.
std::string_view route_class(std::string_view route);

}  // namespace tripos::operations
