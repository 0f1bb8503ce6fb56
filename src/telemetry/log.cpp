// SPDX-License-Identifier: MIT
#include "telemetry/log.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <array>
#include <cstdio>
#include <memory>
#include <mutex>
#include <sstream>

namespace tripos::log {

namespace {

/// The process's one log. Level and format are set before threads start.
struct State {
    std::shared_ptr<spdlog::logger> logger = std::make_shared<spdlog::logger>(
        "tripos", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    Format format = Format::text;
    std::mutex recording_mutex;
    std::ostringstream* recording = nullptr;

    State() { logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v"); }
};

State& state() {
    static State the_state;
    return the_state;
}

spdlog::level::level_enum to_spdlog(Level level) {
    switch (level) {
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warn:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
        case Level::off:
            return spdlog::level::off;
    }
    return spdlog::level::info;
}

/// Quotes, backslashes and control characters as JSON escapes: a value can neither end its quotes
/// nor start a new line.
void append_escaped(std::string& out, std::string_view text) {
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20 || byte == 0x7F) {
            std::array<char, 8> code{};
            std::snprintf(code.data(), code.size(), "\\u%04x", byte);
            out += code.data();
        } else {
            out += c;
        }
    }
}

std::string as_text(std::string_view component, std::string_view message, Fields fields) {
    std::string line;
    line.append(component).append(": ").append(message);
    for (const auto& field : fields) {
        line.append(" ").append(field.name).append("=");
        const bool bare =
            !field.quoted ||
            (!field.value.empty() && field.value.find_first_of(" \"\\=") == std::string::npos);
        if (!bare) {
            line += '"';
        }
        append_escaped(line, field.value);
        if (!bare) {
            line += '"';
        }
    }
    return line;
}

std::string as_json(std::string_view component, std::string_view message, Fields fields) {
    std::string line = R"("component":")";
    append_escaped(line, component);
    line += R"(","message":")";
    append_escaped(line, message);
    line += '"';
    for (const auto& field : fields) {
        line += ",\"";
        append_escaped(line, field.name);
        line += field.quoted ? "\":\"" : "\":";
        append_escaped(line, field.value);
        if (field.quoted) {
            line += '"';
        }
    }
    return line;
}

void write(spdlog::level::level_enum level, std::string_view component, std::string_view message,
           Fields fields) {
    auto& log = state();
    {
        const std::lock_guard lock(log.recording_mutex);
        if (log.recording != nullptr) {
            *log.recording << as_text(component, message, fields) << '\n';
        }
    }
    if (log.logger->should_log(level)) {
        log.logger->log(level, log.format == Format::json ? as_json(component, message, fields)
                                                          : as_text(component, message, fields));
    }
}

}  // namespace

void configure(Level level, Format format) {
    auto& log = state();
    log.format = format;
    log.logger->set_level(to_spdlog(level));
    log.logger->flush_on(spdlog::level::debug);
    if (format == Format::json) {
        log.logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
    }
}

void debug(std::string_view component, std::string_view message, Fields fields) {
    write(spdlog::level::debug, component, message, fields);
}

void info(std::string_view component, std::string_view message, Fields fields) {
    write(spdlog::level::info, component, message, fields);
}

void warn(std::string_view component, std::string_view message, Fields fields) {
    write(spdlog::level::warn, component, message, fields);
}

void error(std::string_view component, std::string_view message, Fields fields) {
    write(spdlog::level::err, component, message, fields);
}

void announce(std::string_view line) {
    static std::mutex mutex;
    const std::lock_guard lock(mutex);
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

namespace {
std::ostringstream& recorded() {
    static std::ostringstream lines;
    return lines;
}
}  // namespace

Recording::Recording() {
    const std::lock_guard lock(state().recording_mutex);
    recorded().str({});
    state().recording = &recorded();
}

Recording::~Recording() {
    const std::lock_guard lock(state().recording_mutex);
    state().recording = nullptr;
}

std::string Recording::text() const {
    const std::lock_guard lock(state().recording_mutex);
    return recorded().str();
}

}  // namespace tripos::log
