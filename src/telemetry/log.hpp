// SPDX-License-Identifier: MIT
#pragma once
// Structured log lines: a constant message, then fields. Text for people in development, JSON lines
// in production.
//
//     log::warn("mail", "relay refused the connection", {{"host", host}, {"retryIn", "5s"}});
//
// Thread-safe. Never pass a secret, a single-use token, an answer or an answer key. Control
// characters in values are escaped, so that input cannot forge a line. Levels: debug for
// developers; info for life-cycle facts; warn for what heals itself; error for what someone should
// look at.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

namespace tripos::log {

enum class Level { debug, info, warn, error, off };
enum class Format { text, json };

/// One field. Numbers and booleans keep their type in JSON. It borrows its text, and is written out
/// only when its line is.
struct Field {
    using Value = std::variant<std::string_view, std::int64_t, std::uint64_t, bool>;

    Field(std::string_view field_name, std::string_view text) : name(field_name), value(text) {}
    Field(std::string_view field_name, const std::string& text)
        : name(field_name), value(std::string_view(text)) {}
    Field(std::string_view field_name, const char* text)
        : name(field_name), value(std::string_view(text)) {}
    Field(std::string_view field_name, std::int64_t number) : name(field_name), value(number) {}
    Field(std::string_view field_name, std::uint64_t number) : name(field_name), value(number) {}
    Field(std::string_view field_name, int number) : Field(field_name, std::int64_t{number}) {}
    Field(std::string_view field_name, bool flag) : name(field_name), value(flag) {}

    std::string_view name;
    Value value;
};

using Fields = std::initializer_list<Field>;

/// Sets level and format for the process, and hands writing over to a thread of its own, so that
/// nobody waits for a stalled stderr: of the lines that wait for it the newest 8,192 are kept. Call
/// once, before threads start; until then text at level info, written by the caller. What waits
/// when the process exits gets a second.
void configure(Level level, Format format);
/// Lines that were lost because stderr did not take them.
std::uint64_t dropped();

void debug(std::string_view component, std::string_view message, Fields fields = {});
void info(std::string_view component, std::string_view message, Fields fields = {});
void warn(std::string_view component, std::string_view message, Fields fields = {});
void error(std::string_view component, std::string_view message, Fields fields = {});

/// A bare line for people that every format prints as it is: the start-up lines, log-ins of a demo
/// site.
void announce(std::string_view line);

/// While it lives, lines also go to `lines` of this object (tests assert them). Not reentrant.
class Recording {
  public:
    Recording();
    ~Recording();
    Recording(const Recording&) = delete;
    Recording& operator=(const Recording&) = delete;
    /// Everything logged since construction, one line each.
    std::string text() const;
};

}  // namespace tripos::log
