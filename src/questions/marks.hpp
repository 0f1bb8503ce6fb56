// SPDX-License-Identifier: MIT
#pragma once
// Marks: points as whole thousandths, so that totals are exact. The API shows them as plain
// numbers: 1, 0.5, -0.25. Pure functions, thread-safe.

#include <cstdint>
#include <optional>
#include <string>

namespace tripos::questions {

/// Thousandths of a mark.
using Marks = std::int64_t;

/// Nothing when `number` is not a whole count of thousandths.
std::optional<Marks> marks_from_number(double number);

/// The shortest decimal, valid as JSON: "1", "0.5", "-0.25".
std::string marks_text(Marks marks);
/// The same, "null" for none.
std::string maybe_marks_text(std::optional<Marks> marks);

/// Rounded half up: 1, 1 and 0 are 0.667 on average. Requires: count > 0.
Marks average(Marks sum, std::int64_t count);

/// `part` of `whole` in percent, rounded half away from zero to two decimals: "66.67". "0" when
/// whole is 0.
std::string percentage_text(Marks part, Marks whole);

}  // namespace tripos::questions
