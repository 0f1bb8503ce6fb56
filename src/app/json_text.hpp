// SPDX-License-Identifier: MIT
#pragma once
// Members of an answer as the cells of a table show them. Pure functions, thread-safe.

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace tripos::app {

/// Text as it is, everything else as JSON; null is nothing.
std::string plain_text(const boost::json::value& value);
/// The same of a member; nothing when there is none.
std::string member_text(const boost::json::object& object, std::string_view name);

}  // namespace tripos::app
