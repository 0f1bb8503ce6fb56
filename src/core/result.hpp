// SPDX-License-Identifier: MIT
#pragma once
// Result<T>: a value, or the expected Error that explains its absence. `if (!result) return
// result.error();`

#include <boost/system/result.hpp>

#include "core/error.hpp"

namespace tripos {

/// An alias, so that std::expected can take its place in one line.
template <class T = void>
using Result = boost::system::result<T, Error>;

/// Called by Result::value() on an error: asking for the value without looking is a bug, so it
/// aborts.
[[noreturn]] void throw_exception_from_error(const Error& error,
                                             const boost::source_location& where);

}  // namespace tripos
