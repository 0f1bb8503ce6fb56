// SPDX-License-Identifier: MIT
#include "app/tracing_settings.hpp"

#include <gtest/gtest.h>

#include "app/config.hpp"

namespace tripos::app {
namespace {

TEST(NameValues, AreReadAsOpenTelemetryWritesThem) {
    EXPECT_EQ(read_name_values(""), NameValues());
    EXPECT_EQ(read_name_values("a=1"), (NameValues{{"a", "1"}}));
    EXPECT_EQ(read_name_values(" authorization = Basic%20eDp5== , x-tenant=,"),
              (NameValues{{"authorization", "Basic eDp5=="}, {"x-tenant", ""}}));
    for (const auto* text : {"a", "=b", "a b=c", "a=%0d%0aHost: x", "a=%zz", "\xC3\xA4=b"}) {
        EXPECT_FALSE(read_name_values(text)) << text;
    }
}

TEST(Share, IsANumberFromNoneToAll) {
    for (const auto* text : {"0", "1", "0.05", "1e-3"}) {
        EXPECT_TRUE(read_share(text)) << text;
    }
    for (const auto* text : {"", "1.1", "-0.1", "nan", "inf", "0.5x", " 0.5"}) {
        EXPECT_FALSE(read_share(text)) << text;
    }
}

TEST(TracingOptions, AreOffUnlessACollectorIsNamed) {
    Config config;
    EXPECT_FALSE(tracing_options(config).is_on);
    config.otel_endpoint = Secret("http://localhost:4318/");
    EXPECT_TRUE(tracing_options(config).is_on);
    EXPECT_EQ(tracing_options(config).exporter.url.reveal(), "http://localhost:4318/v1/traces");
    config.otel_traces_endpoint = Secret("https://collector.example/otlp/x");
    EXPECT_EQ(tracing_options(config).exporter.url.reveal(), "https://collector.example/otlp/x");
    config.otel_sdk_disabled = true;
    EXPECT_FALSE(tracing_options(config).is_on);
}

TEST(TracingOptions, TellTheServiceOnce) {
    Config config;
    config.otel_resource_attributes = "service.name=other,host.name=one";
    config.otel_service_name = "exams";
    const auto resource = tracing_options(config).exporter.resource;
    ASSERT_EQ(resource.size(), 3U);
    EXPECT_EQ(resource[0], (std::pair<std::string, std::string>("host.name", "one")));
    EXPECT_EQ(resource[1], (std::pair<std::string, std::string>("service.name", "exams")));
}

}  // namespace
}  // namespace tripos::app
