// SPDX-License-Identifier: MIT
#include "telemetry/tracer.hpp"

#include <gtest/gtest.h>

#include <set>
#include <thread>

namespace tripos::trace {
namespace {

using std::chrono::milliseconds;

struct StillClock final : Clock {
    Timestamp now() const override { return from_millis(millis); }
    std::int64_t millis = 1'700'000'000'000;
};

struct Fixture {
    explicit Fixture(std::string_view sampler = "always_on", double share = 1,
                     BufferOptions options = {.limit = 10, .batch = 5, .delay = milliseconds(1)})
        : tracer(*Sampler::named(sampler, share), options, clock, random, dropped) {}

    StillClock clock;
    SecureRandom random;
    Metrics metrics;
    Counter& dropped = metrics.counter("tripos_test_dropped_total", "x");
    Tracer tracer;
};

const Context kCaller =
    *parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");

TEST(Span, RecordsNothingWhereNothingIsRecorded) {
    Span span("GET", Kind::client);
    span.set("db.system.name", "redis");
    span.fail("x");
    EXPECT_FALSE(span.is_recorded());
    EXPECT_FALSE(span.position().is_recorded());
    EXPECT_EQ(traceparent_here(), "");
}

TEST(Span, StandsInTheTraceOfItsCaller) {
    Fixture f;
    {
        auto root = f.tracer.begin("HTTP", Kind::server, kCaller);
        const Scope scope(root.position());
        EXPECT_EQ(traceparent_here(), to_traceparent(root.position().context));
        Span child("SELECT exams", Kind::client);
        EXPECT_TRUE(child.is_recorded());
    }
    EXPECT_FALSE(here().is_recorded());
    const auto spans = f.tracer.take();
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_EQ(spans[0]->name, "SELECT exams");
    EXPECT_EQ(spans[0]->parent, spans[1]->context.span_id);
    EXPECT_EQ(spans[1]->parent, kCaller.span_id);
    EXPECT_EQ(spans[0]->context.trace_id, kCaller.trace_id);
    EXPECT_EQ(spans[1]->context.trace_id, kCaller.trace_id);
    EXPECT_LE(spans[1]->begin, spans[0]->begin);
    EXPECT_LE(spans[0]->end, spans[1]->end);
    EXPECT_NEAR(static_cast<double>(spans[0]->begin), 1.7e18, 60e9);
}

TEST(Span, TakesNoLessTimeWhereTheClockIsSetBackMeanwhile) {
    Fixture f;
    {
        const auto span = f.tracer.begin("HTTP", Kind::server, std::nullopt);
        f.clock.millis -= 3'600'000;
        EXPECT_TRUE(f.tracer.take().empty());  // looks at the clock
        f.tracer.begin("later", Kind::server, std::nullopt);
    }
    const auto spans = f.tracer.take();
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_LT(spans[0]->begin, spans[1]->begin);
    EXPECT_LE(spans[1]->begin, spans[1]->end);
    EXPECT_LT(spans[1]->end - spans[1]->begin, 60'000'000'000);
}

TEST(Span, MovesAndEndsOnce) {
    Fixture f;
    auto first = f.tracer.begin("a", Kind::server, std::nullopt);
    Span second = std::move(first);
    second = f.tracer.begin("b", Kind::server, std::nullopt);  // ends the other
    second = Span();
    const auto spans = f.tracer.take();
    ASSERT_EQ(spans.size(), 2U);
    EXPECT_EQ(spans[0]->name, "a");
    EXPECT_EQ(spans[1]->name, "b");
    EXPECT_NE(spans[0]->context.trace_id, spans[1]->context.trace_id);
}

TEST(Scope, EndsWhereItBegan) {
    Fixture f;
    const auto outer = f.tracer.begin("outer", Kind::server, std::nullopt);
    const auto inner = f.tracer.begin("inner", Kind::server, std::nullopt);
    const Scope one(outer.position());
    {
        const Scope two(inner.position());
        EXPECT_EQ(here().context, inner.position().context);
        std::thread([] { EXPECT_FALSE(here().is_recorded()); }).join();
    }
    EXPECT_EQ(here().context, outer.position().context);
}

TEST(Tracer, DropsAndCountsWhatFindsNoRoom) {
    Fixture f;
    for (int i = 0; i < 25; ++i) {
        f.tracer.begin("x", Kind::server, std::nullopt);
    }
    EXPECT_EQ(f.dropped.value(), 15);
    EXPECT_EQ(f.tracer.take().size(), 5U);
    EXPECT_EQ(f.tracer.take().size(), 5U);
    EXPECT_TRUE(f.tracer.take().empty());
    f.tracer.close();
    f.tracer.begin("late", Kind::server, std::nullopt);
    EXPECT_EQ(f.dropped.value(), 16);
    EXPECT_TRUE(f.tracer.take().empty());
}

TEST(Tracer, IsUsedByManyThreads) {
    Fixture f("always_on", 1, {.limit = 100'000, .batch = 100'000, .delay = milliseconds(1)});
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&f] {
            for (int n = 0; n < 1'000; ++n) {
                auto root = f.tracer.begin("x", Kind::server, std::nullopt);
                const Scope scope(root.position());
                Span child("y", Kind::client);
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    std::set<SpanId> ids;
    for (const auto& span : f.tracer.take()) {
        ids.insert(span->context.span_id);
    }
    EXPECT_EQ(ids.size(), 8'000U);
}

struct SamplerRow {
    std::string name;
    double share;
    bool root;
    bool under_sampled;
    bool under_unsampled;
};

TEST(Sampler, DoesWhatItsNameSays) {
    auto unsampled = kCaller;
    unsampled.is_sampled = false;
    const SamplerRow rows[] = {{"always_on", 0, true, true, true},
                               {"always_off", 1, false, false, false},
                               {"traceidratio", 1, true, true, true},
                               {"traceidratio", 0, false, false, false},
                               {"parentbased_always_on", 0, true, true, false},
                               {"parentbased_always_off", 1, false, true, false},
                               {"parentbased_traceidratio", 0, false, true, false},
                               {"parentbased_traceidratio", 1, true, true, false}};
    for (const auto& row : rows) {
        Fixture f(row.name, row.share);
        const auto records = [&f](const std::optional<Context>& parent) {
            return f.tracer.begin("x", Kind::server, parent).is_recorded();
        };
        EXPECT_EQ(records(std::nullopt), row.root) << row.name;
        EXPECT_EQ(records(kCaller), row.under_sampled) << row.name;
        EXPECT_EQ(records(unsampled), row.under_unsampled) << row.name;
    }
    EXPECT_FALSE(Sampler::named("sometimes", 1));
    EXPECT_FALSE(Sampler::named("traceidratio", 1.5));
}

TEST(Sampler, TakesTheShareItIsTold) {
    Fixture f("traceidratio", 0.1, {.limit = 1, .batch = 1, .delay = milliseconds(1)});
    int recorded = 0;
    for (int i = 0; i < 20'000; ++i) {
        recorded += f.tracer.begin("x", Kind::server, std::nullopt).is_recorded() ? 1 : 0;
    }
    EXPECT_NEAR(recorded, 2'000, 300);
}

TEST(Sampler, GoesByTheLastHalfOfAnId) {
    const auto half = *Sampler::named("traceidratio", 0.5);
    TraceId low{};
    std::fill(low.begin(), low.begin() + 8, 0xFF);
    TraceId high{};
    std::fill(high.begin() + 8, high.end(), 0xFF);
    EXPECT_TRUE(half.samples(std::nullopt, low));
    EXPECT_FALSE(half.samples(std::nullopt, high));
}

}  // namespace
}  // namespace tripos::trace
