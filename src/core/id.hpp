// SPDX-License-Identifier: MIT
#pragma once
// Identifiers: UUID version 7 (RFC 9562), in time order so that database indexes stay compact.

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/random.hpp"

namespace tripos {

/// Lower-case text form, 36 characters.
std::string new_id(Timestamp now, Random& random);

/// True for the 36-character text form of any UUID, either case. Ids from outside must pass this
/// before they are used.
bool is_uuid(std::string_view text);

}  // namespace tripos
