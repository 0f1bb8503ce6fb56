// SPDX-License-Identifier: MIT
#pragma once
// Session: one database connection inside one transaction, handed to the functions given to
// Database::read and write.
//
// Statements are written once for both engines: parameters are $1, $2, ... (each may be used more
// than once), upserts use ON CONFLICT, results use RETURNING. A statement is prepared once per
// connection and found again by its text, so give it as a literal, never put values into it.
//
// Both engines behave alike after a statement failed: nothing more can be run in that read or
// write, and what the write did is undone, even when its function catches the exception and
// returns an answer. To go on after a clash, use ON CONFLICT.

#include <array>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "core/error.hpp"
#include "sql/value.hpp"

namespace tripos::sql {

enum class Engine { sqlite, postgres };

/// A unique or foreign key was violated; `constraint` names the columns or the constraint. A write
/// looks before it inserts; should another process be quicker in between, the write is run again
/// and sees its row. So whoever gets this exception has not looked.
class ConstraintViolation : public SystemError {
  public:
    ConstraintViolation(const std::string& detail, std::string constraint)
        : SystemError("sql", detail), constraint_(std::move(constraint)) {}
    const std::string& constraint() const { return constraint_; }

  private:
    std::string constraint_;
};

/// The database cannot be reached, is full or read-only, or took too long. The HTTP edge answers
/// 503.
class DatabaseUnavailable : public Away {
  public:
    explicit DatabaseUnavailable(const std::string& detail)
        : Away("The database", "sql", detail, std::chrono::seconds(2)) {}
};

/// By who asked for it.
using CommitHooks = std::map<const void*, std::function<void()>>;

/// Confined to the call that received it: never keep a reference. Blocking; runs on a database
/// thread.
class Session {
  public:
    virtual ~Session() = default;

    virtual Engine engine() const = 0;

    /// Runs a statement and returns every row. Throws ConstraintViolation, DatabaseUnavailable,
    /// SystemError.
    virtual std::vector<Row> run(std::string_view statement, std::span<const Value> parameters) = 0;

    /// Rows changed by the last run().
    virtual std::int64_t affected() const = 0;

    /// Once this write is durable, and before its caller hears of it, `work` is done on the lane's
    /// thread; it must neither block nor throw. Asked for again by the same `who`, it is still done
    /// once. A write that is undone drops it, and so does a read.
    virtual void on_commit(const void* who, std::function<void()> work) = 0;

    /// Lets each statement of this transaction take so long: a migration is no request.
    virtual void set_statement_limit(std::chrono::milliseconds limit) = 0;

    template <class... Args>
    std::vector<Row> query(std::string_view statement, const Args&... args) {
        return run(statement, values(args...));
    }

    template <class... Args>
    std::optional<Row> query_one(std::string_view statement, const Args&... args) {
        auto rows = run(statement, values(args...));
        if (rows.empty()) {
            return std::nullopt;
        }
        return std::move(rows.front());
    }

    /// The first column, of texts, of every row.
    template <class... Args>
    std::vector<std::string> query_texts(std::string_view statement, const Args&... args) {
        std::vector<std::string> texts;
        for (const auto& row : run(statement, values(args...))) {
            texts.push_back(row.text(0));
        }
        return texts;
    }

    /// For statements without a result; returns the number of rows changed.
    template <class... Args>
    std::int64_t execute(std::string_view statement, const Args&... args) {
        run(statement, values(args...));
        return affected();
    }

  private:
    /// An array, because the elements of an initializer list would be copied once more.
    template <class... Args>
    static std::array<Value, sizeof...(Args)> values(const Args&... args) {
        return {to_value(args)...};
    }
};

/// The condition that `column` is one of many ids, given as one parameter such as "$1": a text with
/// commas between them.
inline std::string among(const Session& session, const std::string& column,
                         const std::string& parameter) {
    return column + (session.engine() == Engine::postgres
                         ? " = ANY(string_to_array(CAST(" + parameter + " AS TEXT), ','))"
                         : " IN (SELECT value FROM json_each('[\"' || replace(" + parameter +
                               ", ',', '\",\"') || '\"]'))");
}

/// A SELECT that locks the rows it returns until the transaction ends: `statement` as it is on
/// SQLite, whose writer is alone anyway, and with `lock` (FOR UPDATE, FOR SHARE) on PostgreSQL.
inline std::string locking(const Session& session, std::string_view statement,
                           std::string_view lock) {
    std::string text(statement);
    if (session.engine() == Engine::postgres) {
        text.append(" ").append(lock);
    }
    return text;
}

}  // namespace tripos::sql
