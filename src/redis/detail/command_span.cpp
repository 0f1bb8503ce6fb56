// SPDX-License-Identifier: MIT
#include "redis/detail/command_span.hpp"

namespace tripos::redis {

trace::Span command_span(std::span<const Arguments> commands, std::string_view script) {
    const auto position = trace::here();
    if (!position.is_recorded()) {
        return {};
    }
    const std::string operation = commands.size() == 1 ? commands.front().front() : "PIPELINE";
    auto name = script.empty() ? operation : operation + " " + std::string(script);
    trace::Span span(position, name, trace::Kind::client);
    span.set("db.system.name", "redis");
    span.set("db.operation.name", operation);
    if (commands.size() > 1) {
        span.set("db.operation.batch.size", static_cast<std::int64_t>(commands.size()));
    }
    if (!script.empty()) {
        span.set("db.stored_procedure.name", script);
    }
    return span;
}

}  // namespace tripos::redis
