// SPDX-License-Identifier: MIT
#include "doctor/detail/areas.hpp"

namespace tripos::doctor::detail {

namespace {

constexpr std::uint64_t kLongLog = 256ULL << 20;
constexpr std::chrono::milliseconds kLongTransaction{60'000};

void judge_database_reach(const Evidence& evidence, Found& found) {
    const auto* database = found.need(evidence.database);
    if (database != nullptr && !database->problem.empty()) {
        found.fail("The database " + database->address + " cannot be opened", database->problem);
    }
}

/// What was opened; otherwise the check is skipped.
const DatabaseLook* opened(const Evidence& evidence, Found& found) {
    const auto* database = found.need(evidence.database);
    if (database != nullptr && !database->problem.empty()) {
        found.skip("the database was not opened");
        return nullptr;
    }
    return database;
}

void judge_tables(const Evidence& evidence, Found& found) {
    const auto* database = opened(evidence, found);
    if (database != nullptr && !database->has_site) {
        found.fail("There is no site in " + database->address);
    }
}

void judge_log(const Evidence& evidence, Found& found) {
    const auto* database = opened(evidence, found);
    if (database != nullptr && database->log_bytes > kLongLog) {
        found.warn("The database's write-ahead log has grown", in_bytes(database->log_bytes));
    }
}

void judge_readers(const Evidence& evidence, Found& found) {
    const auto* database = opened(evidence, found);
    if (database != nullptr && database->oldest_transaction > kLongTransaction) {
        found.warn("A transaction has been open for long: " + database->oldest_holder,
                   in_seconds(database->oldest_transaction));
    }
}

void judge_durability(const Evidence& evidence, Found& found) {
    const auto* database = opened(evidence, found);
    if (database != nullptr && !database->unsafe.empty()) {
        found.fail("The database may lose what it has confirmed", database->unsafe);
    }
}

void judge_integrity(const Evidence& evidence, Found& found) {
    const auto* database = opened(evidence, found);
    if (database != nullptr && !database->damage.empty()) {
        found.fail("The database is damaged", database->damage);
    }
}

}  // namespace

std::vector<Check> database_checks() {
    return {
        {"database-reach", "The database can be opened",
         "everything but what is cached answers 503 `The database is away`",
         "Start it, or correct DATABASE_URL", judge_database_reach},
        {"database-site", "A site is in the database", "`no site in ...` from other commands",
         "Set DATA_DIR or DATABASE_URL to those of the site, or make one with `tripos serve`",
         judge_tables},
        {"database-log", "The write-ahead log is short", "the disk fills, reads become slower",
         "End whatever reads the database for long, such as a sqlite3 session or a copy",
         judge_log},
        {"database-readers", "Nobody keeps a transaction open (of SQLite, its log tells)",
         "the database grows and becomes slower, migrations wait",
         "End the program that has it open, or SELECT pg_terminate_backend(PROCESS)",
         judge_readers},
        {"database-durability", "A confirmed commit is on disk",
         "answers that were saved are gone after a crash",
         "Set fsync, full_page_writes and synchronous_commit of PostgreSQL to on",
         judge_durability},
        {"database-integrity", "The database is whole (looked at with --deep)",
         "`database disk image is malformed` in the log",
         "Stop the server and put a backup in place: docs/setup.md#backup-and-restore",
         judge_integrity},
    };
}

}  // namespace tripos::doctor::detail
