// SPDX-License-Identifier: MIT
#include "sql/value.hpp"

#include "core/assert.hpp"

namespace tripos::sql {

bool Row::is_null(std::size_t column) const {
    TRIPOS_ASSERT(column < cells_.size());
    return std::holds_alternative<std::monostate>(cells_[column]);
}

std::int64_t Row::integer(std::size_t column) const {
    TRIPOS_ASSERT(column < cells_.size());
    const auto* number = std::get_if<std::int64_t>(&cells_[column]);
    TRIPOS_ASSERT(number != nullptr);
    return *number;
}

double Row::real(std::size_t column) const {
    TRIPOS_ASSERT(column < cells_.size());
    if (const auto* number = std::get_if<double>(&cells_[column])) {
        return *number;
    }
    return static_cast<double>(integer(column));
}

const std::string& Row::text(std::size_t column) const {
    TRIPOS_ASSERT(column < cells_.size());
    const auto* text = std::get_if<std::string>(&cells_[column]);
    TRIPOS_ASSERT(text != nullptr);
    return *text;
}

std::vector<std::string> Row::lines(std::size_t column) const {
    std::vector<std::string> lines;
    for (const auto line : split(text(column), '\n')) {
        if (!line.empty()) {
            lines.emplace_back(line);
        }
    }
    return lines;
}

std::optional<std::int64_t> Row::maybe_integer(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(integer(column));
}

std::optional<double> Row::maybe_real(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(real(column));
}

std::optional<std::string> Row::maybe_text(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(text(column));
}

std::optional<Timestamp> Row::maybe_time(std::size_t column) const {
    return is_null(column) ? std::nullopt : std::optional(time(column));
}

}  // namespace tripos::sql
