// SPDX-License-Identifier: MIT
#include "sql/detail/postgres_connection.hpp"

#include <array>

#include "core/text.hpp"

namespace tripos::sql {

namespace {

constexpr std::size_t kStatementLimit = 500;
constexpr const char* kSavepoint = "SAVEPOINT write_of_group";
constexpr const char* kRelease = "RELEASE SAVEPOINT write_of_group";

/// Defaults that the address may override: they stand before it.
PostgresHandle connect(const std::string& url) {
    const std::array keywords{"application_name", "connect_timeout",
                              "keepalives_idle",  "keepalives_interval",
                              "keepalives_count", "tcp_user_timeout",
                              "dbname",           static_cast<const char*>(nullptr)};
    const std::array values{"tripos", "5",     "10",        "5",
                            "3",      "15000", url.c_str(), static_cast<const char*>(nullptr)};
    return PostgresHandle(PQconnectdbParams(keywords.data(), values.data(), 1));
}

}  // namespace

/// The values of one call in libpq's form; refers to nothing outside.
class PostgresConnection::Parameters {
  public:
    explicit Parameters(const std::vector<Value>& values) {
        texts_.reserve(values.size());
        for (const auto& value : values) {
            const bool null = std::holds_alternative<std::monostate>(value);
            texts_.push_back(null ? std::string() : write_postgres_parameter(value));
            pointers_.push_back(null ? nullptr : texts_.back().c_str());
        }
    }
    int count() const { return static_cast<int>(pointers_.size()); }
    const char* const* data() const { return pointers_.data(); }

  private:
    std::vector<std::string> texts_;
    std::vector<const char*> pointers_;
};

PostgresConnection::PostgresConnection(const std::string& url, Access access,
                                       std::chrono::milliseconds statement_timeout)
    : access_(access), handle_(connect(url)) {
    if (PQstatus(handle_.get()) != CONNECTION_OK) {
        throw DatabaseUnavailable(std::string(trim(PQerrorMessage(handle_.get()))));
    }
    PQsetNoticeProcessor(
        handle_.get(), [](void*, const char*) {}, nullptr);
    if (access == Access::write) {
        require_schema();
    }
    configure(statement_timeout);
}

void PostgresConnection::configure(std::chrono::milliseconds statement_timeout) {
    command(
        "SET search_path = tripos; SET client_encoding = 'UTF8'; SET TimeZone = 'UTC';"
        "SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '30s';"
        "SET statement_timeout = " +
        std::to_string(statement_timeout.count()));
}

void PostgresConnection::require_schema() {
    // Asked first: CREATE needs a right that an existing site may not have given us.
    const std::string ask = "SELECT 1 FROM pg_namespace WHERE nspname = 'tripos'";
    if (PQntuples(command(ask).get()) > 0) {
        return;
    }
    try {
        command("CREATE SCHEMA IF NOT EXISTS tripos");
    } catch (const ConstraintViolation&) {
        // Another process created it in the same moment.
    }
}

std::vector<Row> PostgresConnection::run(std::string_view statement,
                                         const std::vector<Value>& parameters) {
    const Parameters values(parameters);
    const auto& name = prepared(statement, parameters);
    PostgresResult result;
    if (held_back_.empty()) {
        result.reset(PQexecPrepared(handle_.get(), name.c_str(), values.count(), values.data(),
                                    nullptr, nullptr, 0));
    } else {
        result = run_with_held_back(name, values);
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
    if (statements_.size() >= kStatementLimit) {
        command("DEALLOCATE ALL");
        statements_.clear();
    }
    held_back_ = {access_ == Access::write ? "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
                                           : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"};
    begun_ = false;
}

void PostgresConnection::commit() {
    held_back_.clear();  // at most a RELEASE, which COMMIT implies, or a BEGIN without statements
    if (!begun_) {
        return;
    }
    const auto result = command("COMMIT");
    if (std::string_view(PQcmdStatus(result.get())) != "COMMIT") {
        throw DatabaseUnavailable("the server rolled back instead of committing");
    }
    begun_ = false;
}

void PostgresConnection::rollback() {
    held_back_.clear();
    if (trouble_ == Trouble::transaction) {
        trouble_ = Trouble::none;
    }
    if (begun_ && trouble_ == Trouble::none) {
        const PostgresResult result(PQexec(handle_.get(), "ROLLBACK"));
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
    PostgresResult result(PQexec(handle_.get(), text.c_str()));
    check(result.get(), text);
    return result;
}

const std::string& PostgresConnection::prepared(std::string_view text,
                                                const std::vector<Value>& parameters) {
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
    const PostgresResult result(PQprepare(handle_.get(), name.c_str(), std::string(text).c_str(),
                                          static_cast<int>(types.size()), types.data()));
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

PostgresResult PostgresConnection::run_with_held_back(const std::string& name,
                                                      const Parameters& parameters) {
    auto* handle = handle_.get();
    PQenterPipelineMode(handle);
    for (const auto& text : held_back_) {
        PQsendQueryParams(handle, text.c_str(), 0, nullptr, nullptr, nullptr, nullptr, 0);
    }
    PQsendQueryPrepared(handle, name.c_str(), parameters.count(), parameters.data(), nullptr,
                        nullptr, 0);
    PQpipelineSync(handle);
    begun_ = true;
    const std::size_t expected = held_back_.size() + 1;
    held_back_.clear();

    // The statement's result, or the first failure: what comes after a failure is only "aborted".
    PostgresResult answer;
    bool failed = false;
    for (std::size_t i = 0; i < expected; ++i) {
        PostgresResult result(PQgetResult(handle));
        if (!failed) {
            const auto status = PQresultStatus(result.get());
            failed = status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK;
            answer = std::move(result);
        }
        PostgresResult(PQgetResult(handle)).reset();  // the null that ends each command
    }
    PostgresResult(PQgetResult(handle)).reset();  // the sync
    PQexitPipelineMode(handle);
    return answer;
}

void PostgresConnection::check(const PGresult* result, std::string_view context) {
    const auto status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) {
        return;
    }
    auto failure = PostgresFailure::of(result);
    if (PQstatus(handle_.get()) == CONNECTION_BAD) {
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
