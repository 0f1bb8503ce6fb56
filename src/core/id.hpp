// SPDX-License-Identifier: MIT
#pragma once
// Identifiers: UUIDs (RFC 9562). Pure functions.

#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/random.hpp"

namespace tripos {

/// Version 7, in time order so that database indexes stay compact. Lower-case text form, 36
/// characters.
std::string new_id(Timestamp now, Random& random);

/// Version 8, the same for the same content and for no other. The same text form.
std::string id_of(std::string_view content);

/// True for the 36-character text form of any UUID, either case. Ids from outside must pass this
/// before they are used.
bool is_uuid(std::string_view text);

}  // namespace tripos
