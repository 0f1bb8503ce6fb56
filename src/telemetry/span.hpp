// SPDX-License-Identifier: MIT
#pragma once
// Span: something that takes time, told to whoever collects traces when it ends. Where it belongs
// is known without being passed along: each thread has a place in a trace - or none, which costs a
// look at a variable of the thread and nothing else.
//
//     trace::Span span("GET", trace::Kind::client);   // a child of here(); nothing where that is
//     none span.set("db.system.name", "redis");
//
// A coroutine keeps its place over suspensions when it runs on an executor of async/carried.hpp.
// Never put into an attribute what names a person, a secret or a value from a request: route
// patterns in place of paths, statements without their values.

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "telemetry/trace_context.hpp"

namespace tripos::trace {

class Tracer;

/// What a span is to those around it; the numbers are OTLP's.
enum class Kind { internal = 1, server = 2, client = 3, producer = 4, consumer = 5 };

/// A place in a trace that is recorded; of a default one nothing is. Value type.
struct Position {
    Tracer* tracer = nullptr;  ///< null: nothing is recorded here
    Context context;           ///< of the span that things here belong to

    bool is_recorded() const { return tracer != nullptr; }  ///< spans here are
};

/// Of this thread.
Position here();
/// The same as a header or a column tells it; empty: nothing is recorded here.
std::string traceparent_here();

/// While it lives, this thread is there. Confined to its thread; scopes end in reverse order.
class Scope {
  public:
    explicit Scope(const Position& position);  ///< from now on it is there
    ~Scope();                                  ///< back to where it was
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

  private:
    const Position before_;
};

/// Of an attribute.
using AttributeValue = std::variant<std::string, std::int64_t>;

/// What is told of a span.
struct SpanData {
    std::string name;                                                ///< of few different ones
    Kind kind = Kind::internal;                                      ///< see there
    Context context;                                                 ///< its own ids
    SpanId parent{};                                                 ///< all zero: it has none
    std::int64_t begin = 0;                                          ///< nanoseconds since 1970
    std::int64_t end = 0;                                            ///< nanoseconds since 1970
    bool has_failed = false;                                         ///< its status is error
    std::vector<std::pair<std::string, AttributeValue>> attributes;  ///< by OpenTelemetry's names
};

/// Movable; its end is its destruction. Not thread-safe, but may end on another thread.
class Span {
  public:
    Span() = default;                                                ///< records nothing
    Span(std::string_view name, Kind kind);                          ///< a child of here()
    Span(const Position& parent, std::string_view name, Kind kind);  ///< a child of that
    ~Span();
    Span(Span&& other) noexcept = default;
    Span& operator=(Span&& other) noexcept;

    bool is_recorded() const { return data_ != nullptr; }    ///< what is set is seen by somebody
    Position position() const;                               ///< within it
    void rename(std::string name);                           ///< when more is known
    void set(std::string_view key, std::string_view value);  ///< an attribute
    void set(std::string_view key, std::int64_t value);
    /// It went wrong; `type`: of few different ones, such as a status or an error's name.
    void fail(std::string_view type);

  private:
    friend class Tracer;
    Span(Tracer& tracer, const Context& own, const SpanId& parent, std::string_view name,
         Kind kind);
    void end();

    Tracer* tracer_ = nullptr;
    std::chrono::steady_clock::time_point begun_;
    std::unique_ptr<SpanData> data_;
};

}  // namespace tripos::trace
