// SPDX-License-Identifier: MIT
#pragma once
// Cells of CSV (RFC 4180) that say what they say in every spreadsheet. Pure functions, thread-safe.

#include <string>
#include <string_view>

namespace tripos {

/// What makes a spreadsheet read a file as UTF-8. Before the first line, for those who ask.
inline constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

/// Text that came from people, in quotes. Where it could begin a formula - at its start, and behind
/// what another spreadsheet takes for the end of a cell - it gets an apostrophe.
std::string csv_cell(std::string_view text);

}  // namespace tripos
