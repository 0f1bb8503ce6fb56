// SPDX-License-Identifier: MIT
#pragma once
// Owners of libpq's handles, values in its text format, and the translation of SQLSTATE codes.
// https://www.postgresql.org/docs/current/errcodes-appendix.html

#include <libpq-fe.h>

#include <memory>
#include <string>
#include <string_view>

#include "sql/detail/connection.hpp"
#include "sql/value.hpp"

namespace tripos::sql {

struct PostgresFinish {
    void operator()(PGconn* handle) const { PQfinish(handle); }
};
struct PostgresClear {
    void operator()(PGresult* handle) const { PQclear(handle); }
};

using PostgresHandle = std::unique_ptr<PGconn, PostgresFinish>;
using PostgresResult = std::unique_ptr<PGresult, PostgresClear>;

/// A failed result in our terms.
struct PostgresFailure {
    std::string state;       ///< SQLSTATE; empty: the connection failed
    std::string message;     ///< without the values that DETAIL would show
    std::string constraint;  ///< name, for violations

    static PostgresFailure of(const PGresult* result);

    /// What is lost beyond the statement.
    Trouble trouble() const;
    /// Throws ConstraintViolation, DatabaseUnavailable or SystemError. `context` says what was
    /// tried.
    [[noreturn]] void raise(std::string_view context) const;
};

/// One cell: whole numbers and booleans as integer, floating and fractional ones as real, the rest
/// as text.
Value read_postgres_cell(const PGresult* result, int row, int column);

/// A parameter as text. Requires: not NULL. Throws SystemError for text that contains a NUL
/// character.
std::string write_postgres_parameter(const Value& value);

/// The type to announce for a parameter; 0 lets the server infer it.
Oid postgres_parameter_type(const Value& value);

}  // namespace tripos::sql
