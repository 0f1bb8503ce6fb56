// SPDX-License-Identifier: MIT
#include "sql/detail/statement_span.hpp"

#include <gtest/gtest.h>

namespace tripos::sql {
namespace {

TEST(StatementSummary, NamesWhatIsDoneAndTheFirstTable) {
    const std::pair<const char*, const char*> rows[] = {
        {"SELECT id, title FROM exams WHERE id = $1", "SELECT exams"},
        {"INSERT INTO outbox (id, kind) VALUES ($1, $2)", "INSERT outbox"},
        {"UPDATE attempts SET status = $1", "UPDATE attempts"},
        {"DELETE FROM sessions\n WHERE ends_at < $1", "DELETE sessions"},
        {"SELECT COUNT(*) FROM (SELECT 1 FROM outbox LIMIT 10) AS capped", "SELECT outbox"},
        {"SELECT 1", "SELECT"},
        {"WITH due AS (SELECT id FROM jobs) UPDATE tasks SET x = 1", "WITH jobs"},
        {"PRAGMA quick_check(1)", "PRAGMA"},
        {"SELECT * FROM", "SELECT"},
        {"", ""}};
    for (const auto& [statement, summary] : rows) {
        EXPECT_EQ(summary_of(statement), summary) << statement;
    }
}

TEST(StatementSpan, IsNoneWhereNothingIsRecorded) {
    EXPECT_FALSE(statement_span(Engine::sqlite, "SELECT 1").is_recorded());
}

}  // namespace
}  // namespace tripos::sql
