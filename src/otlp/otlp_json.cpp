// SPDX-License-Identifier: MIT
#include "otlp/otlp_json.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

namespace tripos::trace {

namespace {

namespace json = boost::json;

constexpr int kStatusError = 2;

json::object attribute(const std::string& key, const AttributeValue& value) {
    const auto* text = std::get_if<std::string>(&value);
    json::object typed;
    if (text != nullptr) {
        typed["stringValue"] = *text;
    } else {  // numbers of 64 bits are text in this form
        typed["intValue"] = std::to_string(std::get<std::int64_t>(value));
    }
    return {{"key", key}, {"value", std::move(typed)}};
}

json::object span_json(const SpanData& span) {
    json::object one{{"traceId", to_hex(span.context.trace_id)},
                     {"spanId", to_hex(span.context.span_id)},
                     {"name", span.name},
                     {"kind", static_cast<int>(span.kind)},
                     {"startTimeUnixNano", std::to_string(span.begin)},
                     {"endTimeUnixNano", std::to_string(span.end)}};
    if (span.parent != SpanId{}) {
        one["parentSpanId"] = to_hex(span.parent);
    }
    json::array attributes;
    for (const auto& [key, value] : span.attributes) {
        attributes.push_back(attribute(key, value));
    }
    one["attributes"] = std::move(attributes);
    if (span.has_failed) {
        one["status"] = {{"code", kStatusError}};
    }
    return one;
}

}  // namespace

std::string otlp_json(const Resource& resource,
                      const std::vector<std::unique_ptr<SpanData>>& spans) {
    json::array about;
    for (const auto& [key, value] : resource) {
        about.push_back(attribute(key, value));
    }
    json::array told;
    for (const auto& span : spans) {
        told.push_back(span_json(*span));
    }
    json::object scope{{"scope", {{"name", "tripos"}}}, {"spans", std::move(told)}};
    json::array scopes(1, std::move(scope));
    json::object all{{"resource", {{"attributes", std::move(about)}}},
                     {"scopeSpans", std::move(scopes)}};
    json::array every(1, std::move(all));
    return json::serialize(json::object{{"resourceSpans", std::move(every)}});
}

}  // namespace tripos::trace
