// SPDX-License-Identifier: MIT
#pragma once
// What somebody calls himself, in a mail to somebody else. Pure function, thread-safe.

#include <string>
#include <string_view>

namespace tripos::accounts {

/// The name fit for a mail whose recipient may never have heard of its author: at most 60
/// characters of one line, in the direction of the text around it, with nothing of which a mail
/// program makes a link.
std::string harmless_name(std::string_view name);

}  // namespace tripos::accounts
