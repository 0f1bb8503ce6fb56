// SPDX-License-Identifier: MIT
#pragma once
// Expression: what a rule asks of the figures. Each can say itself in PromQL and work itself out
// over a History, with the same outcome: as Prometheus 2 does it, extrapolation, resets of counters
// and interpolation in buckets included (tests/integration/alerts holds both to that).
//
//     above(divide(sum(increase(failed, 15min), {"queue"}), sum(...)), 0.01)
//
// Immutable; thread-safe.

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "alerts/history.hpp"

namespace tripos::alerts {

/// A value for each set of labels; the name of a figure is not among them.
using Vector = std::map<Labels, double>;

class Expression {
  public:
    virtual ~Expression() = default;
    virtual std::string promql() const = 0;
    /// What is there at that moment: of a comparison, what it is true of.
    virtual Vector at(const History& history, Timestamp now) const = 0;
    /// Adds the series it looks at and how far back.
    virtual void want(History::Wanted& wanted) const = 0;
};

/// Shared by whatever is built of it.
using Expr = std::shared_ptr<const Expression>;
/// Names of labels.
using By = std::vector<std::string>;

/// The newest value.
Expr newest(Series series);
/// Seconds since the instant that is the newest value, which counts them since 1970.
Expr age(Series series);
/// By how much a counter grew, and per second; a gauge's number of changes.
Expr increase(Series series, std::chrono::seconds window);
Expr rate(Series series, std::chrono::seconds window);
Expr changes(Series series, std::chrono::seconds window);
/// What a gauge will be `later`, were it to go on as within the window.
Expr predicted(Series series, std::chrono::seconds window, std::chrono::seconds later);
/// Per values of the labels `by`.
Expr sum(Expr of, By by = {});
Expr largest(Expr of, By by = {});
/// The value that `share` of what the histogram took within the window does not exceed. `series` is
/// the histogram itself.
Expr quantile(double share, Series series, std::chrono::seconds window, By by = {});
/// Where both sides have the same labels.
Expr divide(Expr a, Expr b);
Expr both(Expr a, Expr b);    ///< a, where there is b
Expr either(Expr a, Expr b);  ///< a, and b where there is no a
/// All of a, while there is anything of b, whatever the labels.
Expr during(Expr a, Expr b);
/// Of `of`, what is so.
Expr above(Expr of, double limit);
Expr below(Expr of, double limit);
Expr equal(Expr of, double value);
/// 1, labelled as `series` asks, where there is no such series.
Expr absent(Series series);

}  // namespace tripos::alerts
