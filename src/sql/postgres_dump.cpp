// SPDX-License-Identifier: MIT
#include "sql/postgres_dump.hpp"

#include <algorithm>

#include "core/file.hpp"
#include "core/text.hpp"
#include "sql/detail/child_program.hpp"
#include "sql/detail/postgres/postgres_connection.hpp"
#include "telemetry/log.hpp"

namespace tripos::sql {

namespace {

constexpr std::chrono::hours kDumpLimit{24};

/// The address in libpq's variables. Those that have none are for our own connections.
std::vector<std::string> variables_of(const std::string& url) {
    std::vector<std::string> variables;
    auto* options = PQconninfoParse(url.c_str(), nullptr);
    if (options == nullptr) {
        throw SystemError("sql", "DATABASE_URL cannot be understood");
    }
    for (auto* option = options; option->keyword != nullptr; ++option) {
        if (option->envvar != nullptr && option->val != nullptr && *option->val != '\0') {
            variables.push_back(std::string(option->envvar) + '=' + option->val);
        }
    }
    PQconninfoFree(options);
    return variables;
}

/// Reads the data of a dump in plain form, as pg_restore writes it, and counts its rows.
class DumpReader {
  public:
    void take(std::string_view piece) {
        rest_ += piece;
        std::size_t begin = 0;
        for (auto end = rest_.find('\n'); end != std::string::npos; end = rest_.find('\n', begin)) {
            take_line(std::string_view(rest_).substr(begin, end - begin));
            begin = end + 1;
        }
        rest_.erase(0, begin);
    }

    Inventory found() && { return std::move(found_); }

  private:
    void take_line(std::string_view line) {
        constexpr std::string_view kCopy = "COPY tripos.";
        if (!table_.empty()) {
            if (line == "\\.") {
                table_.clear();
                return;
            }
            ++found_.rows[table_];
            if (table_ == "schema_migrations") {
                take_migration(line);
            }
        } else if (line.starts_with(kCopy) && line.ends_with(" FROM stdin;")) {
            const auto name = line.substr(kCopy.size());
            table_ = std::string(name.substr(0, name.find(' ')));
            found_.rows[table_] = 0;
        }
    }

    /// module, number, applied_at
    void take_migration(std::string_view line) {
        const auto first = line.find('\t');
        const auto second = line.find('\t', first + 1);
        const auto number = second == std::string_view::npos
                                ? std::nullopt
                                : parse_int(line.substr(first + 1, second - first - 1));
        if (number) {
            auto& newest = found_.schema[std::string(line.substr(0, first))];
            newest = std::max(newest, *number);
        }
    }

    Inventory found_;
    std::string rest_;
    std::string table_;  ///< whose rows come; empty: something else does
};

/// One row of one column, or none; throws when it is refused.
std::vector<std::string> run_at(PostgresWire& wire, const std::string& statements) {
    const auto result = wire.run(statements);
    const auto status = result ? PQresultStatus(result.get()) : PGRES_FATAL_ERROR;
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        PostgresFailure::of(result.get()).raise("prepare a restore");
    }
    std::vector<std::string> texts;
    texts.reserve(static_cast<std::size_t>(PQntuples(result.get())));
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        texts.emplace_back(PQgetvalue(result.get(), row, 0));
    }
    return texts;
}

constexpr const char* kHasTables =
    "SELECT relname FROM pg_class WHERE relnamespace = (SELECT oid FROM pg_namespace WHERE nspname "
    "= 'tripos') LIMIT 1";

/// The place for the schema. What was there comes back, unless the restore is kept.
class Room {
  public:
    Room(const std::string& url, std::string set_aside_as)
        : wire_(url), set_aside_as_(std::move(set_aside_as)) {
        const bool is_empty = run_at(wire_, kHasTables).empty();
        if (!is_empty && set_aside_as_.empty()) {
            throw SystemError("restore",
                              "the schema tripos of the database is not empty: give "
                              "--replace, which gives it another name and keeps it");
        }
        set_aside_as_ = is_empty ? "" : set_aside_as_;
        // The lock is that of migrations: who starts in this moment waits.
        run_at(wire_,
               "BEGIN; SELECT pg_advisory_xact_lock(7310427001); "
               "CREATE SCHEMA IF NOT EXISTS tripos_restore; " +
                   (is_empty ? std::string("DROP SCHEMA IF EXISTS tripos; ")
                             : "ALTER SCHEMA tripos RENAME TO " + set_aside_as_ + "; ") +
                   "COMMIT");
    }
    ~Room() {
        if (is_kept_) {
            return;
        }
        const auto undone = wire_.run(
            "BEGIN; DROP SCHEMA tripos_restore; " +
            (set_aside_as_.empty() ? std::string()
                                   : "ALTER SCHEMA " + set_aside_as_ + " RENAME TO tripos; ") +
            "COMMIT");
        // As where somebody has made a schema of that name meanwhile.
        const bool is_undone =
            undone != nullptr && PQresultStatus(undone.get()) == PGRES_COMMAND_OK;
        if (!is_undone && !set_aside_as_.empty()) {
            log::error("restore", "what was there is kept under another name",
                       {{"schema", set_aside_as_}});
        }
    }
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;

    void keep() { is_kept_ = true; }
    /// What was there has this name now; empty: nothing was.
    const std::string& set_aside_as() const { return set_aside_as_; }

  private:
    PostgresWire wire_;
    std::string set_aside_as_;
    bool is_kept_ = false;
};

}  // namespace

void dump_schema(const std::string& url, const std::string& file,
                 std::function<bool()> is_given_up) {
    run_program({.words = {"pg_dump", "--format=custom", "--schema=tripos", "--file=" + file},
                 .variables = variables_of(url),
                 .is_given_up = std::move(is_given_up)},
                [](std::string_view) {});
    sync_to_disk(file);
}

Inventory read_dump(const std::string& file) {
    DumpReader reader;
    run_program({.words = {"pg_restore", "--data-only", "--file=-", file},
                 .variables = {},
                 .is_given_up = {}},
                [&reader](std::string_view piece) { reader.take(piece); });
    return std::move(reader).found();
}

std::vector<std::string> others_at(const std::string& url) {
    PostgresWire wire(url);
    return run_at(
        wire,
        "SELECT COALESCE(NULLIF(application_name, ''), 'a client') || ', process ' || pid "
        "FROM pg_stat_activity WHERE datname = current_database() AND usename = "
        "current_user AND pid <> pg_backend_pid() ORDER BY pid");
}

std::string restore_schema(const std::string& url, const std::string& file,
                           const std::string& set_aside_as,
                           const std::function<void(Session&)>& work) {
    Room room(url, set_aside_as);
    run_program({.words = {"pg_restore", "--single-transaction", "--exit-on-error", "--no-owner",
                           "--no-privileges", "--dbname=postgresql://", file},
                 .variables = variables_of(url)},
                [](std::string_view) {});
    room.keep();
    PostgresConnection connection(url, Access::write,
                                  {.statement = kDumpLimit, .lock = kDumpLimit});
    connection.begin();
    work(connection);
    end_restore(connection);
    connection.commit();
    return room.set_aside_as();
}

bool is_being_restored(Session& session) {
    return session.engine() == Engine::postgres &&
           !session.query("SELECT 1 FROM pg_namespace WHERE nspname = 'tripos_restore'").empty();
}

void end_restore(Session& session) {
    if (is_being_restored(session)) {
        session.run("DROP SCHEMA tripos_restore", {});
    }
}

}  // namespace tripos::sql
