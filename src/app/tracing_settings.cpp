// SPDX-License-Identifier: MIT
#include "app/tracing_settings.hpp"

#include <algorithm>
#include <charconv>

#include "app/config.hpp"
#include "core/assert.hpp"
#include "core/text.hpp"
#include "http/message.hpp"

namespace tripos::app {

namespace {

using std::chrono::milliseconds;

bool is_token(std::string_view text) {
    constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
    return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               kMarks.find(c) != std::string_view::npos;
    });
}

/// Empty: there is none.
Secret endpoint_of(const Config& config) {
    if (!config.otel_traces_endpoint.empty() || config.otel_endpoint.empty()) {
        return config.otel_traces_endpoint;
    }
    auto base = config.otel_endpoint.reveal();
    while (base.ends_with('/')) {
        base.pop_back();
    }
    return Secret(base + "/v1/traces");
}

trace::Resource resource_of(const Config& config) {
    trace::Resource resource = *read_name_values(config.otel_resource_attributes);
    const auto is_own = [](const auto& attribute) {
        return attribute.first == "service.name" || attribute.first == "service.version";
    };
    std::erase_if(resource, is_own);
    resource.emplace_back("service.name", config.otel_service_name);
    resource.emplace_back("service.version", TRIPOS_VERSION);
    return resource;
}

}  // namespace

std::optional<NameValues> read_name_values(const std::string& text) {
    NameValues all;
    for (const auto part : split(text, ',')) {
        const auto one = trim(part);
        if (one.empty()) {
            continue;
        }
        const auto middle = one.find('=');
        const auto name = trim(one.substr(0, middle));
        if (middle == std::string_view::npos || !is_token(name)) {
            return std::nullopt;
        }
        auto value = http::percent_decode(trim(one.substr(middle + 1)));
        if (!value || has_control_characters(*value)) {
            return std::nullopt;
        }
        all.emplace_back(name, std::move(*value));
    }
    return all;
}

std::optional<double> read_share(const std::string& text) {
    double share = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), share);
    const bool is_number = problem == std::errc() && end == text.data() + text.size();
    return is_number && share >= 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

trace::TracingOptions tracing_options(const Config& config) {
    const auto sampler =
        trace::Sampler::named(config.otel_sampler, *read_share(config.otel_sampler_arg));
    TRIPOS_ASSERT(sampler.has_value());
    auto url = endpoint_of(config);
    trace::ExporterOptions exporter{.url = url,
                                    .headers = {},
                                    .resource = resource_of(config),
                                    .timeout = milliseconds(config.otel_timeout)};
    const auto headers = read_name_values(config.otel_headers.reveal());
    for (const auto& [name, value] : *headers) {
        exporter.headers.emplace_back(name, Secret(value));
    }
    const auto limit = static_cast<std::size_t>(config.otel_queue_size);
    return {.is_on = !config.otel_sdk_disabled && !url.empty(),
            .sampler = *sampler,
            .buffer = {.limit = limit,
                       .batch = std::min(limit, static_cast<std::size_t>(config.otel_batch_size)),
                       .delay = milliseconds(config.otel_schedule_delay)},
            .exporter = std::move(exporter)};
}

}  // namespace tripos::app
