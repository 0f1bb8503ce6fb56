// SPDX-License-Identifier: MIT
#pragma once
// How a command has a copy made: by the server that runs, or by itself where none does.

#include <boost/json/object.hpp>

#include <optional>
#include <string>

#include "app/config.hpp"

namespace tripos::app {

struct OrderedBackup {
    std::optional<boost::json::object> answer;  ///< nothing: it failed, and why was printed
    bool is_told_to_stop = false;  ///< SIGINT or SIGTERM came; there is an answer all the same
                                   ///< where the copy was complete already
};

enum class Remembered {
    once_made,
    once_verified,  ///< by mark_verified()
};

/// Makes that folder. Blocking; gives the copy up when this process is told to stop. Throws as
/// ControlSession does.
OrderedBackup order_backup(const std::string& folder, const Config& config,
                           Remembered remembered = Remembered::once_made);

/// The site's last backup is that one now. False: it could not be noted, and why was printed.
bool mark_verified(const std::string& folder, const Config& config);

}  // namespace tripos::app
