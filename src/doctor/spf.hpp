// SPDX-License-Identifier: MIT
#pragma once
// What an SPF record (RFC 7208) says, as far as whoever publishes it must know: is there one, does
// it let everybody in, how many lookups does it take. It evaluates no mail.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "doctor/evidence.hpp"

namespace tripos::doctor {

inline constexpr int kMostSpfLookups = 10;  ///< RFC 7208, 4.6.4

/// Those of the TXT records that are SPF's.
std::vector<std::string> spf_records(const std::vector<std::string>& texts);
/// `+all`, or `all` alone.
bool allows_everybody(std::string_view record);

/// Asks for the TXT records of a name. May block.
using TxtLookup = std::function<TxtAnswer(const std::string& name)>;

/// Everything DNS has to say about a sender. `wanted`: the records of the keys that sign.
SenderLook look_at_sender(const std::string& domain, std::vector<SenderLook::Key> wanted,
                          const TxtLookup& lookup);

}  // namespace tripos::doctor
