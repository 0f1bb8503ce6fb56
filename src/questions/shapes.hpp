// SPDX-License-Identifier: MIT
#pragma once
// The shapes of what the question routes take and answer, for the API description, and marks in a
// body. Pure.

#include <optional>
#include <string_view>

#include "http/json_body.hpp"
#include "http/schema.hpp"
#include "questions/marks.hpp"

namespace tripos::questions {

/// An optional non-negative count of marks with at most three decimals.
std::optional<Marks> read_marks(http::BodyReader& body, std::string_view name);

namespace shapes {

http::Schema marks();
http::Schema question_type();
http::Schema difficulty();

http::Schema question();

}  // namespace shapes

}  // namespace tripos::questions
