// SPDX-License-Identifier: MIT
#include "telemetry/log.hpp"

#include <poll.h>
#include <spdlog/async_logger.h>
#include <spdlog/details/thread_pool.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <sstream>
#include <thread>

namespace tripos::log {

namespace {

constexpr std::size_t kWaitingLines = 8'192;
constexpr std::chrono::seconds kLastLinesLimit{1};

/// Standard error, line by line; counts them.
class ErrorSink final : public spdlog::sinks::base_sink<std::mutex> {
  public:
    std::uint64_t written() const { return written_; }

  protected:
    void sink_it_(const spdlog::details::log_msg& message) override {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        write_line({line.data(), line.size()});
        ++written_;
    }
    void flush_() override {}

  private:
    /// Past stdio: at the exit of the process that waits for whoever is writing.
    static void write_line(std::string_view line) {
        while (!line.empty()) {
            const ssize_t count = ::write(STDERR_FILENO, line.data(), line.size());
            if (count >= 0) {
                line.remove_prefix(static_cast<std::size_t>(count));
            } else if (errno == EAGAIN) {
                pollfd ready{.fd = STDERR_FILENO, .events = POLLOUT, .revents = 0};
                ::poll(&ready, 1, -1);
            } else if (errno != EINTR) {
                return;  // nobody is there to read it
            }
        }
    }

    std::atomic<std::uint64_t> written_ = 0;
};

/// The process's one log, for ever: lines are written until the very end. Level and format are set
/// before threads start.
struct State {
    std::shared_ptr<ErrorSink> sink = std::make_shared<ErrorSink>();
    std::shared_ptr<spdlog::details::thread_pool> writer;  ///< once configured
    std::shared_ptr<spdlog::logger> logger = std::make_shared<spdlog::logger>("tripos", sink);
    std::atomic<std::uint64_t> accepted = 0;
    std::shared_ptr<spdlog::logger> announcer = std::make_shared<spdlog::logger>(
        "announcements", std::make_shared<spdlog::sinks::stdout_sink_mt>());
    Format format = Format::text;
    std::atomic<std::ostringstream*> recording = nullptr;
    std::mutex recording_mutex;

    State() {
        logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %^%l%$ %v");
        announcer->set_pattern("%v");
        announcer->flush_on(spdlog::level::info);
    }
};

State& state() {
    static State& the_state = *new State;
    return the_state;
}

void write_last_lines() {
    const auto& log = state();
    const auto limit = std::chrono::steady_clock::now() + kLastLinesLimit;
    while (log.sink->written() + dropped() < log.accepted &&
           std::chrono::steady_clock::now() < limit) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
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

void append_value(std::string& out, const Field::Value& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) {
        append_escaped(out, *text);
    } else if (const auto* flag = std::get_if<bool>(&value)) {
        out += *flag ? "true" : "false";
    } else if (const auto* number = std::get_if<std::int64_t>(&value)) {
        out += std::to_string(*number);
    } else {
        out += std::to_string(std::get<std::uint64_t>(value));
    }
}

/// A text that people would not see the end of.
bool needs_quotes(const Field::Value& value) {
    const auto* text = std::get_if<std::string_view>(&value);
    return text != nullptr &&
           (text->empty() || text->find_first_of(" \"\\=") != std::string_view::npos);
}

std::string as_text(std::string_view component, std::string_view message, Fields fields) {
    std::string line;
    line.append(component).append(": ").append(message);
    for (const auto& field : fields) {
        line.append(" ").append(field.name).append("=");
        const std::string_view quote = needs_quotes(field.value) ? "\"" : "";
        line += quote;
        append_value(line, field.value);
        line += quote;
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
        const bool is_text = std::holds_alternative<std::string_view>(field.value);
        line += is_text ? "\":\"" : "\":";
        append_value(line, field.value);
        if (is_text) {
            line += '"';
        }
    }
    return line;
}

void write(spdlog::level::level_enum level, std::string_view component, std::string_view message,
           Fields fields) {
    auto& log = state();
    if (log.recording != nullptr) {
        const std::lock_guard lock(log.recording_mutex);
        if (auto* lines = log.recording.load()) {
            *lines << as_text(component, message, fields) << '\n';
        }
    }
    if (log.logger->should_log(level)) {
        ++log.accepted;
        log.logger->log(level, log.format == Format::json ? as_json(component, message, fields)
                                                          : as_text(component, message, fields));
    }
}

}  // namespace

void configure(Level level, Format format) {
    auto& log = state();
    log.format = format;
    log.writer = std::make_shared<spdlog::details::thread_pool>(kWaitingLines, 1);
    log.logger = std::make_shared<spdlog::async_logger>(
        "tripos", log.sink, log.writer, spdlog::async_overflow_policy::overrun_oldest);
    log.logger->set_level(to_spdlog(level));
    std::atexit(write_last_lines);
    if (format == Format::json) {
        for (const auto& logger : {log.logger, log.announcer}) {
            logger->set_pattern(R"({"time":"%Y-%m-%dT%H:%M:%S.%e%z","level":"%l",%v})");
        }
    }
}

std::uint64_t dropped() {
    const auto& log = state();
    return log.writer ? log.writer->overrun_counter() : 0;
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
    auto& log = state();
    log.announcer->info(log.format == Format::json ? as_json("app", line, {}) : std::string(line));
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
