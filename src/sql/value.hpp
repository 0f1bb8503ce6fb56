// SPDX-License-Identifier: MIT
#pragma once
// Values that go into and come out of SQL statements, the same for both engines.
//
// Conventions of the schema: ids are TEXT (UUID), instants are BIGINT milliseconds since 1970,
// marks are BIGINT thousandths, booleans are INTEGER 0/1, enumerations are TEXT in the API's
// spelling; lists of texts without line breaks are lines.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/clock.hpp"
#include "core/text.hpp"

namespace tripos::sql {

/// NULL, integer, real or text.
using Value = std::variant<std::monostate, std::int64_t, double, std::string>;

inline Value to_value(std::nullopt_t) {
    return std::monostate();
}
inline Value to_value(std::int64_t number) {
    return number;
}
inline Value to_value(int number) {
    return std::int64_t{number};
}
inline Value to_value(bool flag) {
    return std::int64_t{flag ? 1 : 0};
}
inline Value to_value(double number) {
    return number;
}
inline Value to_value(std::string text) {
    return text;
}
inline Value to_value(std::string_view text) {
    return std::string(text);
}
inline Value to_value(const char* text) {
    return std::string(text);
}
inline Value to_value(Timestamp at) {
    return to_millis(at);
}
inline Value to_value(const std::vector<std::string>& lines) {
    return join(lines, "\n");
}
template <class T>
Value to_value(const std::optional<T>& maybe) {
    return maybe ? to_value(*maybe) : Value(std::monostate());
}

/// One row of a result. Reading a column as a type it does not have is a bug and aborts; check
/// is_null() first, or use the maybe_ forms.
class Row {
  public:
    explicit Row(std::vector<Value> cells) : cells_(std::move(cells)) {}

    std::size_t size() const { return cells_.size(); }
    bool is_null(std::size_t column) const;
    std::int64_t integer(std::size_t column) const;
    double real(std::size_t column) const;  ///< integers convert
    bool flag(std::size_t column) const { return integer(column) != 0; }
    const std::string& text(std::size_t column) const;
    Timestamp time(std::size_t column) const { return from_millis(integer(column)); }
    std::vector<std::string> lines(std::size_t column) const;  ///< those that are not empty
    std::optional<std::int64_t> maybe_integer(std::size_t column) const;
    std::optional<double> maybe_real(std::size_t column) const;
    std::optional<std::string> maybe_text(std::size_t column) const;
    std::optional<Timestamp> maybe_time(std::size_t column) const;

  private:
    std::vector<Value> cells_;
};

}  // namespace tripos::sql
