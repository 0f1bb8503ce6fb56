// SPDX-License-Identifier: MIT
#include "otlp/otlp_json.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "telemetry/tracer.hpp"

namespace tripos::trace {
namespace {

TEST(OtlpJson, HasTheFormOfTheProtocol) {
    const SystemClock clock;
    SecureRandom random;
    Metrics metrics;
    Tracer tracer(*Sampler::named("always_on", 1), {.delay = std::chrono::milliseconds(1)}, clock,
                  random, metrics.counter("tripos_test_dropped_total", "x"));
    {
        auto span = tracer.begin(
            "GET /api/exams", Kind::server,
            parse_traceparent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"));
        span.set("http.route", "/api/exams");
        span.set("http.response.status_code", 500);
        span.fail("500");
    }
    const auto text = otlp_json({{"service.name", "tripos"}}, tracer.take());
    const auto body = boost::json::parse(text);
    const auto& all = body.at("resourceSpans").at(0);
    EXPECT_EQ(boost::json::serialize(all.at("resource").at("attributes")),
              R"([{"key":"service.name","value":{"stringValue":"tripos"}}])");
    const auto& span = all.at("scopeSpans").at(0).at("spans").at(0);
    EXPECT_EQ(span.at("traceId"), "0af7651916cd43dd8448eb211c80319c");
    EXPECT_EQ(span.at("parentSpanId"), "b7ad6b7169203331");
    EXPECT_EQ(span.at("spanId").as_string().size(), 16U);
    EXPECT_EQ(span.at("kind"), 2);
    EXPECT_EQ(span.at("startTimeUnixNano").as_string().size(), 19U);
    EXPECT_EQ(span.at("status").at("code"), 2);
    EXPECT_EQ(boost::json::serialize(span.at("attributes").at(1)),
              R"({"key":"http.response.status_code","value":{"intValue":"500"}})");

    { const auto root = tracer.begin("GET /", Kind::server, std::nullopt); }
    const auto roots = boost::json::parse(otlp_json({}, tracer.take()));
    const auto& spans = roots.at("resourceSpans").at(0).at("scopeSpans").at(0).at("spans");
    EXPECT_FALSE(spans.at(0).as_object().contains("parentSpanId"));
}

}  // namespace
}  // namespace tripos::trace
