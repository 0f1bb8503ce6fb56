// SPDX-License-Identifier: MIT
#include "sql/detail/postgres/postgres_handle.hpp"

#include <array>
#include <charconv>
#include <cstdlib>

#include "core/text.hpp"

namespace tripos::sql {

namespace {

// Object ids of built-in types, fixed for ever (pg_type.dat).
constexpr Oid kBool = 16;
constexpr Oid kInt8 = 20;
constexpr Oid kInt2 = 21;
constexpr Oid kInt4 = 23;
constexpr Oid kFloat4 = 700;
constexpr Oid kFloat8 = 701;
constexpr Oid kNumeric = 1700;

std::string field(const PGresult* result, int code) {
    const char* text = PQresultErrorField(result, code);
    return text == nullptr ? "" : text;
}

bool in_class(const std::string& state, std::string_view prefix) {
    return state.compare(0, prefix.size(), prefix) == 0;
}

double to_real(std::string_view text) {
    return std::strtod(std::string(text).c_str(), nullptr);  // knows "NaN" and "Infinity"
}

}  // namespace

PostgresFailure PostgresFailure::of(const PGresult* result) {
    PostgresFailure failure{.state = field(result, PG_DIAG_SQLSTATE),
                            .message = field(result, PG_DIAG_MESSAGE_PRIMARY),
                            .constraint = field(result, PG_DIAG_CONSTRAINT_NAME)};
    if (failure.message.empty()) {
        failure.message = "the connection failed";
    }
    return failure;
}

Trouble PostgresFailure::trouble() const {
    // 08P01 is also the answer to a wrong number of parameters.
    const bool link_failed = in_class(state, "08") && state != "08P01";
    if (state.empty() || link_failed || in_class(state, "57P") || state == "25P03") {
        return Trouble::connection;
    }
    const bool collided = state == "40001" || state == "40P01";
    return collided ? Trouble::transaction : Trouble::none;
}

void PostgresFailure::raise(std::string_view context) const {
    const std::string detail = message + " (" + state + ", " + std::string(context) + ")";
    if (state == "23505" || state == "23503") {
        throw ConstraintViolation(detail, constraint);
    }
    if (state == "55P03") {
        throw LockTaken(detail);
    }
    // Resources, read-only server, statement took too long.
    const bool unavailable = trouble() != Trouble::none || in_class(state, "53") ||
                             in_class(state, "58") || state == "25006" || state == "57014";
    if (unavailable) {
        throw DatabaseUnavailable(detail);
    }
    throw SystemError("sql", detail);
}

Value read_postgres_cell(const PGresult* result, int row, int column) {
    if (PQgetisnull(result, row, column) != 0) {
        return std::monostate();
    }
    const std::string_view text(PQgetvalue(result, row, column),
                                static_cast<std::size_t>(PQgetlength(result, row, column)));
    switch (PQftype(result, column)) {
        case kBool:
            return std::int64_t{text == "t" ? 1 : 0};
        case kInt2:
        case kInt4:
        case kInt8:
        case kNumeric:
            // sum() of BIGINT is numeric: whole numbers stay integers, as in SQLite.
            if (const auto number = parse_int(text)) {
                return *number;
            }
            return to_real(text);
        case kFloat4:
        case kFloat8:
            return to_real(text);
        default:
            return std::string(text);
    }
}

std::string write_postgres_parameter(const Value& value) {
    if (const auto* text = std::get_if<std::string>(&value)) {
        if (text->find('\0') != std::string::npos) {
            throw SystemError("sql", "text contains a NUL character");
        }
        return *text;
    }
    if (const auto* real = std::get_if<double>(&value)) {
        std::array<char, 32> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), *real).ptr;
        return {buffer.data(), end};
    }
    return std::to_string(std::get<std::int64_t>(value));
}

Oid postgres_parameter_type(const Value& value) {
    if (std::holds_alternative<std::int64_t>(value)) {
        return kInt8;
    }
    return std::holds_alternative<double>(value) ? kFloat8 : 0;
}

}  // namespace tripos::sql
