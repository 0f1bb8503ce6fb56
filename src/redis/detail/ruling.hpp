// SPDX-License-Identifier: MIT
#pragma once
// What an error reply says about the server that sent it, rather than about the command. Pure.

#include <string_view>

namespace tripos::redis {

enum class Ruling {
    none,   ///< it is about the command
    leave,  ///< the server is not the one (any more): connect to whichever is
    away,   ///< it is, but cannot serve now; nothing was done, and it will pass
};

/// `error`: the reply's text. Servers up to 6.2 hide what befell a script's command in a sentence.
Ruling ruling_of(std::string_view error);

}  // namespace tripos::redis
