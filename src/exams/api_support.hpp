// SPDX-License-Identifier: MIT
#pragma once
// What the route files of exams/ share: ids from paths, marks from bodies, pages. Pure functions.

#include <optional>
#include <string>
#include <string_view>

#include "exams/json_writer.hpp"
#include "exams/marks.hpp"
#include "http/json_body.hpp"

namespace tripos::exams {

/// The path parameter, lower-cased; nothing when it is not a UUID, so that it cannot exist.
std::optional<std::string> id_parameter(const http::Request& request, std::string_view name);

/// An optional non-negative count of marks with at most three decimals.
std::optional<Marks> read_marks(http::BodyReader& body, std::string_view name);

/// `pagination {totalItems, totalPages, currentPage, limit}` into the open object.
void write_pagination(JsonWriter& json, const http::Page& page, std::int64_t total);

/// 200 with nothing but the message.
http::Response plain_success(std::string_view message);

}  // namespace tripos::exams
