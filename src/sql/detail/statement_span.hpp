// SPDX-License-Identifier: MIT
#pragma once
// A statement as a span of a trace, by OpenTelemetry's conventions for databases: its text, which
// has $1 in place of values, and a summary of few words. Pure but for the span.

#include <string>
#include <string_view>

#include "sql/session.hpp"
#include "telemetry/span.hpp"

namespace tripos::sql {

/// "SELECT exams": what it does and the first table it names; the first word where there is none.
std::string summary_of(std::string_view statement);

/// Records nothing where nothing is recorded here. Confined to its thread.
class StatementSpan {
  public:
    StatementSpan(Engine engine, std::string_view statement);
    ~StatementSpan();  ///< what is not done() has failed
    StatementSpan(const StatementSpan&) = delete;
    StatementSpan& operator=(const StatementSpan&) = delete;

    void done() { is_done_ = true; }  ///< the statement was answered

  private:
    trace::Span span_;
    bool is_done_ = false;
};

}  // namespace tripos::sql
