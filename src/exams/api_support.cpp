// SPDX-License-Identifier: MIT
#include "exams/api_support.hpp"

#include "core/id.hpp"
#include "core/text.hpp"

namespace tripos::exams {

std::optional<std::string> id_parameter(const http::Request& request, std::string_view name) {
    const auto& id = request.parameter(name);
    return is_uuid(id) ? std::optional(to_lower(id)) : std::nullopt;
}

std::optional<Marks> read_marks(http::BodyReader& body, std::string_view name) {
    const auto number = body.maybe_number(name, {.min = 0, .max = 1'000'000});
    if (!number) {
        return std::nullopt;
    }
    const auto marks = marks_from_number(*number);
    if (!marks) {
        body.reject(name, std::string(name) + " may have at most three decimals");
    }
    return marks;
}

void write_pagination(JsonWriter& json, const http::Page& page, std::int64_t total) {
    json.name("pagination")
        .begin_object()
        .member("totalItems", total)
        .member("totalPages", (total + page.limit - 1) / page.limit)
        .member("currentPage", page.page)
        .member("limit", page.limit)
        .end_object();
}

http::Response plain_success(std::string_view message) {
    return http::success(200, message);
}

}  // namespace tripos::exams
