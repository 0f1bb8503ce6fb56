// SPDX-License-Identifier: MIT
#include "sql/detail/postgres/postgres_connection.hpp"

#include <algorithm>
#include <utility>

#include "core/text.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

constexpr const char* kSavepoint = "SAVEPOINT write_of_group";
constexpr const char* kRelease = "RELEASE SAVEPOINT write_of_group";

/// Answers null for a transaction that has changed nothing.
constexpr std::string_view kTransactionId = "SELECT pg_current_xact_id_if_assigned()::text";
/// How much longer than the server's own limit an answer may take before the connection counts as
/// lost.
constexpr std::chrono::milliseconds kGrace{2'000};
/// Well below PostgreSQL's deadlock_timeout, and longer than others need to commit.
constexpr std::chrono::milliseconds kShortWait{50};

std::string in_millis(std::chrono::milliseconds duration) {
    return std::to_string(duration.count());
}

}  // namespace

PostgresConnection::PostgresConnection(const std::string& url, Access access, PostgresLimits limits)
    : access_(access), limits_(limits), wire_(url) {
    wire_.set_limit(limits_.statement + kGrace);
    if (access == Access::write) {
        require_schema();
        describe();
    }
    configure();
}

void PostgresConnection::describe() const {
    log::info("sql", "PostgreSQL connected",
              {{"version", wire_.server_version()}, {"encryption", wire_.encryption()}});
    if (!wire_.is_local() && wire_.encryption() != "verify-full") {
        log::warn("sql", "the server is not verified: anyone in between can pass for it",
                  {{"cure", "put sslmode=verify-full and sslrootcert into the address"}});
    }
}

void PostgresConnection::configure() {
    command(
        "SET search_path = tripos; SET client_encoding = 'UTF8'; SET TimeZone = 'UTC';"
        "SET idle_in_transaction_session_timeout = '30s'; SET lock_timeout = " +
        in_millis(limits_.lock) + "; SET statement_timeout = " + in_millis(limits_.statement));
}

void PostgresConnection::set_statement_limit(std::chrono::milliseconds limit) {
    send_held_back();
    command("SET LOCAL statement_timeout = " + in_millis(limit) +
            "; SET LOCAL lock_timeout = " + in_millis(limit));
    wire_.set_limit(limit + kGrace);
}

std::string PostgresConnection::schema() {
    const auto found = command("SELECT oid FROM pg_namespace WHERE nspname = 'tripos'");
    return PQntuples(found.get()) > 0 ? PQgetvalue(found.get(), 0, 0) : "";
}

void PostgresConnection::require_schema() {
    // Asked first: CREATE needs a right that an existing site may not have given us.
    if (!schema().empty()) {
        return;
    }
    try {
        command("CREATE SCHEMA IF NOT EXISTS tripos");
    } catch (const ConstraintViolation&) {
        // Another process created it in the same moment.
    }
}

std::vector<Row> PostgresConnection::run(std::string_view statement,
                                         std::span<const Value> parameters) {
    const PostgresParameters values(parameters);
    const auto& name = prepared(statement, parameters);
    PostgresResult result;
    if (held_back_.empty()) {
        result = wire_.run_prepared(name, values);
    } else {
        begun_ = true;
        result = wire_.run_all(std::exchange(held_back_, {}), name, values);
    }
    check(result.get(), statement);
    const bool changed = std::string_view(PQcmdStatus(result.get())).substr(0, 6) != "SELECT";
    affected_ = changed ? parse_int(PQcmdTuples(result.get())).value_or(0) : 0;

    const int columns = PQnfields(result.get());
    std::vector<Row> rows;
    rows.reserve(static_cast<std::size_t>(PQntuples(result.get())));
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        std::vector<Value> cells;
        cells.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            cells.push_back(read_postgres_cell(result.get(), row, column));
        }
        rows.emplace_back(std::move(cells));
    }
    return rows;
}

void PostgresConnection::begin() {
    if (statements_.size() >= kPreparedLimit) {
        command("DEALLOCATE ALL");
        statements_.clear();
    }
    held_back_ = {access_ == Access::write ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
                                           : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
    begun_ = false;
    doubtful_.clear();
    wire_.set_limit(limits_.statement + kGrace);
}

void PostgresConnection::wait_a_moment_only() {
    held_back_.push_back("SET LOCAL lock_timeout = " +
                         in_millis(std::min(kShortWait, limits_.lock)));
}

void PostgresConnection::commit() {
    held_back_.clear();  // at most a RELEASE, which COMMIT implies, or a BEGIN without statements
    if (!begun_) {
        return;
    }
    const auto& name = prepared(kTransactionId, {});
    const auto answer = wire_.commit_after(name);
    if (wire_.is_lost() && PQntuples(answer.first.get()) > 0) {
        doubtful_ = PQgetvalue(answer.first.get(), 0, 0);
    }
    check(answer.commit.get(), "COMMIT");
    if (std::string_view(PQcmdStatus(answer.commit.get())) != "COMMIT") {
        throw DatabaseUnavailable("the server rolled back instead of committing");
    }
    begun_ = false;
}

Fate PostgresConnection::fate_of(const std::string& transaction) {
    // A crash before anything of it reached the disk takes its number back: pg_xact_status would
    // refuse it as being in the future. Digits alone: we wrote them.
    const std::string id = "'" + transaction + "'::xid8";
    const auto status = command("SELECT CASE WHEN " + id +
                                " >= pg_snapshot_xmax(pg_current_snapshot()) THEN 'aborted' "
                                "ELSE pg_xact_status(" +
                                id + ") END");
    const std::string_view word = PQgetvalue(status.get(), 0, 0);
    return word == "committed"     ? Fate::committed
           : word == "aborted"     ? Fate::rolled_back
           : word == "in progress" ? Fate::undecided
                                   : Fate::unknown;
}

void PostgresConnection::rollback() {
    held_back_.clear();
    if (trouble_ == Trouble::transaction) {
        trouble_ = Trouble::none;
    }
    if (begun_ && trouble_ == Trouble::none) {
        const auto result = wire_.run("ROLLBACK");
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK) {
            trouble_ = Trouble::connection;
        }
    }
    begun_ = false;
}

void PostgresConnection::savepoint() {
    held_back_.emplace_back(kSavepoint);
}

void PostgresConnection::release() {
    if (!held_back_.empty() && held_back_.back() == kSavepoint) {
        held_back_.pop_back();  // the write ran no statement
    } else {
        held_back_.emplace_back(kRelease);
    }
}

void PostgresConnection::rollback_to_savepoint() {
    if (!held_back_.empty() && held_back_.back() == kSavepoint) {
        held_back_.pop_back();
        return;
    }
    command("ROLLBACK TO SAVEPOINT write_of_group; RELEASE SAVEPOINT write_of_group");
}

PostgresResult PostgresConnection::command(const std::string& text) {
    auto result = wire_.run(text);
    check(result.get(), text);
    return result;
}

const std::string& PostgresConnection::prepared(std::string_view text,
                                                std::span<const Value> parameters) {
    std::string key;
    std::vector<Oid> types;
    for (const auto& parameter : parameters) {
        types.push_back(postgres_parameter_type(parameter));
        key += std::to_string(types.back()) + ' ';
    }
    key += text;
    if (const auto known = statements_.find(key); known != statements_.end()) {
        return known->second;
    }
    // A statement that cannot be prepared spoils the transaction: its savepoint must stand before.
    send_held_back();
    const std::string name = "s" + std::to_string(++last_name_);
    const auto result = wire_.prepare(name, text, types);
    check(result.get(), text);
    return statements_.emplace(std::move(key), name).first->second;
}

void PostgresConnection::send_held_back() {
    std::string all;
    for (const auto& text : held_back_) {
        all += text + ";";
    }
    held_back_.clear();
    if (!all.empty()) {
        begun_ = true;
        command(all);
    }
}

void PostgresConnection::check(const PGresult* result, std::string_view context) {
    const auto status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        return;
    }
    auto failure = PostgresFailure::of(result);
    if (wire_.is_lost()) {
        failure.state.clear();
    }
    fail(failure, context);
}

void PostgresConnection::fail(const PostgresFailure& failure, std::string_view context) {
    trouble_ = failure.trouble();
    if (failure.state == "25006" && access_ == Access::write) {
        trouble_ =
            Trouble::connection;  // a fail-over left us on a standby: look for the new primary
    }
    failure.raise(context);
}

}  // namespace tripos::sql
