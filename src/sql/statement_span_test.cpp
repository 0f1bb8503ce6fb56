// SPDX-License-Identifier: MIT
#include "sql/detail/statement_span.hpp"

#include <gtest/gtest.h>

#include "core/clock.hpp"
#include "core/random.hpp"
#include "telemetry/tracer.hpp"

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
    StatementSpan span(Engine::sqlite, "SELECT 1");
    EXPECT_FALSE(trace::here().is_recorded());
}

TEST(StatementSpan, HasFailedUnlessItIsDone) {
    const SystemClock clock;
    SecureRandom random;
    Metrics metrics;
    trace::Tracer tracer(*trace::Sampler::named("always_on", 1),
                         {.delay = std::chrono::milliseconds(1)}, clock, random,
                         metrics.counter("tripos_test_dropped_total", "x"));
    {
        const auto root = tracer.begin("root", trace::Kind::server, std::nullopt);
        const trace::Scope scope(root.position());
        StatementSpan answered(Engine::sqlite, "SELECT 1");
        answered.done();
        StatementSpan refused(Engine::postgres, "INSERT INTO exams (id) VALUES ($1)");
    }
    const auto spans = tracer.take();
    ASSERT_EQ(spans.size(), 3U);
    EXPECT_EQ(spans[0]->name, "INSERT exams");
    EXPECT_TRUE(spans[0]->has_failed);
    EXPECT_EQ(spans[1]->name, "SELECT");
    EXPECT_FALSE(spans[1]->has_failed);
}

}  // namespace
}  // namespace tripos::sql
