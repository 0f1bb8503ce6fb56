// SPDX-License-Identifier: MIT
#pragma once
// How the answers of the queue's routes look to a person. Pure functions, thread-safe.

#include <boost/json/object.hpp>
#include <string>

#include "app/queue_command.hpp"

namespace tripos::app {

/// The answer to `arguments.action` as lines, each ended.
std::string queue_text(const QueueArguments& arguments, const boost::json::object& answer);
/// One event, without the line's end.
std::string event_line(const boost::json::object& event);

}  // namespace tripos::app
