// SPDX-License-Identifier: MIT
#pragma once
// Decimal: a number kept as the digits that were written, so that bounds such as 0.3 against 0.1 +
// 0.2 are decided by school arithmetic and not by binary rounding. Pure functions, thread-safe.

#include <optional>
#include <string>
#include <string_view>

#include "http/json_body.hpp"

namespace tripos::questions {

enum class Sign { any, not_negative };

/// A key, an answer or a tolerance of a body: 0, or of a size between 1e-300 and 1e300, as
/// decimal_text() has it; anything else is refused by these bounds. Nothing: not given, or refused.
std::optional<std::string> read_decimal(http::BodyReader& body, std::string_view name, Sign sign);

/// The shortest decimal that reads back as `number`, valid as JSON. Requires: finite.
std::string decimal_text(double number);

/// True if |answer - value| <= tolerance, decided exactly. Requires: texts made by decimal_text().
bool is_within(std::string_view answer, std::string_view value, std::string_view tolerance);

}  // namespace tripos::questions
