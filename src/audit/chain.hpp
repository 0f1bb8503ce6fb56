// SPDX-License-Identifier: MIT
#pragma once
// The chain: each entry's seal is the digest of the seal before it and of the entry itself, so that
// nothing in the middle can be changed, added or taken out without changing every later seal. Pure.

#include "audit/entry.hpp"

namespace tripos::audit {

/// SHA-256 in hexadecimal over netstrings ("<bytes>:<text>,"): the seal before (empty for the
/// first), number, id, time in ms, actor, address, device, request, action, subject, within,
/// before, after. Requires: the entry has its number.
std::string seal_of(const std::string& previous, const StoredEntry& stored);

}  // namespace tripos::audit
