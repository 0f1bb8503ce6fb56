// SPDX-License-Identifier: MIT
#include "operations/route_class.hpp"

#include <algorithm>

namespace tripos::operations {

namespace {

/// What is in the way of an exam has a class of its own; all else goes by its beginning.
struct RouteStart {
    std::string_view start;
    std::string_view end;
    std::string_view name;
};

constexpr RouteStart kStarts[] = {
    {"/api/exam-attempt/", "/save", "saves"},
    {"/api/exam-attempt/", "/saves", "saves"},
    {"/api/exam-attempt/", "/submit", "saves"},
    {"/api/exam-attempt/", "/start", "papers"},
    {"/api/exam-attempt/", "/attempt", "papers"},
    {"/api/auth/", "", "login"},
    {"/api/admin/", "", "admin"},
    {"/api/", "", "api"},
    {"/control/", "", "admin"},
    {"/healthz", "", "probes"},
    {"/readyz", "", "probes"},
    {"/metrics", "", "probes"},
};

}  // namespace

std::string_view route_class(std::string_view route) {
    const auto* found = std::find_if(std::begin(kStarts), std::end(kStarts), [route](auto known) {
        return route.starts_with(known.start) && route.ends_with(known.end);
    });
    return found == std::end(kStarts) ? "pages" : found->name;
}

}  // namespace tripos::operations
