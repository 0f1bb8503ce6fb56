// SPDX-License-Identifier: MIT
#pragma once
// What is asked as it was typed, and members of an answer as the cells of a table show them. Pure
// functions, thread-safe.

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace tripos::app {

/// Text as it is, everything else as JSON; null is nothing.
std::string plain_text(const boost::json::value& value);
/// The same of a member; nothing when there is none.
std::string member_text(const boost::json::object& object, std::string_view name);

/// What was typed, under the names of the routes; what was not stays out.
boost::json::object typed(
    std::initializer_list<std::pair<const char*, std::string_view>> texts,
    std::initializer_list<std::pair<const char*, std::optional<std::int64_t>>> numbers = {},
    std::initializer_list<std::pair<const char*, bool>> flags = {});

}  // namespace tripos::app
