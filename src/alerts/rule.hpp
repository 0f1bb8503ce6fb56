// SPDX-License-Identifier: MIT
#pragma once
// The one table of rules: the built-in alerts, the rules for Prometheus and docs/alerts.md are made
// of it. Immutable; thread-safe.

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/expression.hpp"

namespace tripos::alerts {

enum class Severity {
    ticket,  ///< somebody should look within days
    page,    ///< somebody must look now
};
/// "ticket", "page".
std::string_view to_text(Severity severity);

/// Who can see it.
enum class Watcher {
    all,         ///< Prometheus, and the server itself
    prometheus,  ///< only somebody else: the server is down, or has just begun
};

/// How often rules are looked at, and how long one stays after its cause has gone.
inline constexpr std::chrono::seconds kEvaluationInterval{15};
inline constexpr std::chrono::minutes kKeepFiring{5};

/// A row of the table.
struct Rule {
    std::string_view name;      ///< "QueueStuck": a heading of docs/alerts.md
    Severity severity;          ///< whom it wakes
    std::chrono::seconds hold;  ///< how long it must be so
    Expr when;                  ///< it is so for each set of labels that this has
    std::string_view summary;   ///< the fact in one sentence, without a full stop
    std::string_view means;     ///< what people notice, or will
    std::string_view cure;      ///< what to do
    Watcher watcher = Watcher::all;

    std::string runbook() const;  ///< "docs/alerts.md#queuestuck"
};

/// All rows.
const std::vector<Rule>& rules();
/// Null: there is none of that name.
const Rule* find_rule(std::string_view name);
/// Everything that they look at.
History::Wanted wanted_figures();

/// The table as a file of rules for Prometheus.
std::string prometheus_rules();
/// The table for docs/alerts.md.
std::string reference();

}  // namespace tripos::alerts
