// SPDX-License-Identifier: MIT
#pragma once
// File descriptors: each connection takes one, and the usual soft limit of 1,024 is far below what
// the server can hold.

#include <cstddef>

namespace tripos::app {

/// Raises the process's soft limit as far as the hard one allows, and returns it. Never fails: a
/// lower limit only means fewer connections.
std::size_t raise_descriptor_limit();

/// How many connections fit under that limit, at most `wanted`: databases, mail and files need some
/// descriptors, too.
std::size_t connections_within(std::size_t descriptors, std::size_t wanted);

}  // namespace tripos::app
