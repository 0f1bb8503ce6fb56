// SPDX-License-Identifier: MIT
#include "alerts/expression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "alerts/detail/promql_math.hpp"
#include "core/text.hpp"

namespace tripos::alerts {

namespace {

using std::chrono::seconds;

std::string number(double value) {
    std::array<char, 32> text{};
    return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

std::string span_text(seconds span) {
    const auto count = span.count();
    return count % 86'400 == 0  ? std::to_string(count / 86'400) + "d"
           : count % 3'600 == 0 ? std::to_string(count / 3'600) + "h"
           : count % 60 == 0    ? std::to_string(count / 60) + "m"
                                : std::to_string(count) + "s";
}

Labels only(const Labels& labels, const By& by) {
    Labels kept;
    for (const auto& name : by) {
        if (const auto found = labels.find(name); found != labels.end()) {
            kept.insert(*found);
        }
    }
    return kept;
}

std::string grouped(const char* word, const By& by) {
    return by.empty() ? word : std::string(word) + " by (" + join(by, ", ") + ")";
}

class Newest final : public Expression {
  public:
    explicit Newest(Series series) : series_(std::move(series)) {}
    std::string promql() const override { return series_.selector(); }
    void want(History::Wanted& wanted) const override { wanted.push_back({series_, kLookback}); }
    Vector at(const History& history, Timestamp now) const override {
        Vector values;
        history.visit(series_.name, [&](const Labels& labels, const std::deque<Point>& points) {
            if (series_.includes(labels) && points.back().at >= now - kLookback) {
                values[labels] = points.back().value;
            }
        });
        return values;
    }

  private:
    const Series series_;
};

class Age final : public Expression {
  public:
    explicit Age(Series series) : newest_(std::move(series)) {}
    std::string promql() const override { return "(time() - " + newest_.promql() + ')'; }
    void want(History::Wanted& wanted) const override { newest_.want(wanted); }
    Vector at(const History& history, Timestamp now) const override {
        auto values = newest_.at(history, now);
        for (auto& [labels, value] : values) {
            value = static_cast<double>(to_millis(now)) / 1000 - value;
        }
        return values;
    }

  private:
    const Newest newest_;
};

/// A function of the points within a window.
class OverTime final : public Expression {
  public:
    using Function =
        std::function<std::optional<double>(const std::vector<Point>&, const detail::Window&)>;

    OverTime(std::string name, Series series, seconds window, Function function,
             std::string more = {})
        : name_(std::move(name)),
          series_(std::move(series)),
          window_(window),
          function_(std::move(function)),
          more_(std::move(more)) {}

    std::string promql() const override {
        return name_ + '(' + series_.selector() + '[' + span_text(window_) + ']' + more_ + ')';
    }
    void want(History::Wanted& wanted) const override { wanted.push_back({series_, window_}); }
    Vector at(const History& history, Timestamp now) const override {
        Vector values;
        const detail::Window window{now, window_};
        history.visit(series_.name, [&](const Labels& labels, const std::deque<Point>& points) {
            const auto inside =
                series_.includes(labels) ? detail::within(points, window) : std::vector<Point>();
            if (const auto value = inside.empty() ? std::nullopt : function_(inside, window)) {
                values[labels] = *value;
            }
        });
        return values;
    }

  private:
    const std::string name_;
    const Series series_;
    const seconds window_;
    const Function function_;
    const std::string more_;  ///< arguments behind the series
};

/// One value for each set of the labels `by`.
class Grouped final : public Expression {
  public:
    using Join = double (*)(double, double);

    Grouped(const char* word, Join join, Expr of, By by)
        : word_(word), join_(join), of_(std::move(of)), by_(std::move(by)) {}

    std::string promql() const override { return grouped(word_, by_) + " (" + of_->promql() + ')'; }
    void want(History::Wanted& wanted) const override { of_->want(wanted); }
    Vector at(const History& history, Timestamp now) const override {
        Vector groups;
        for (const auto& [labels, value] : of_->at(history, now)) {
            const auto [group, is_new] = groups.try_emplace(only(labels, by_), value);
            if (!is_new) {
                group->second = join_(group->second, value);
            }
        }
        return groups;
    }

  private:
    const char* const word_;
    const Join join_;
    const Expr of_;
    const By by_;
};

class Quantile final : public Expression {
  public:
    Quantile(double share, Expr buckets, By by)
        : share_(share), buckets_(std::move(buckets)), by_(std::move(by)) {}

    std::string promql() const override {
        return "histogram_quantile(" + number(share_) + ", " + buckets_->promql() + ')';
    }
    void want(History::Wanted& wanted) const override { buckets_->want(wanted); }
    Vector at(const History& history, Timestamp now) const override {
        std::map<Labels, std::vector<std::pair<double, double>>> groups;
        for (const auto& [labels, count] : buckets_->at(history, now)) {
            const auto& le = labels.at("le");
            const auto bound = le == "+Inf" ? std::numeric_limits<double>::infinity()
                                            : parse_number(le).value_or(0);
            groups[only(labels, by_)].emplace_back(bound, count);
        }
        Vector values;
        for (auto& [labels, buckets] : groups) {
            values[labels] = detail::bucket_quantile(share_, std::move(buckets));
        }
        return values;
    }

  private:
    const double share_;
    const Expr buckets_;
    const By by_;
};

/// Two vectors become one.
class Joined final : public Expression {
  public:
    using Join = Vector (*)(const Vector&, const Vector&);

    Joined(const char* word, Join join, Expr a, Expr b)
        : word_(word), join_(join), a_(std::move(a)), b_(std::move(b)) {}

    std::string promql() const override {
        return '(' + a_->promql() + ' ' + word_ + ' ' + b_->promql() + ')';
    }
    void want(History::Wanted& wanted) const override {
        a_->want(wanted);
        b_->want(wanted);
    }
    Vector at(const History& history, Timestamp now) const override {
        return join_(a_->at(history, now), b_->at(history, now));
    }

  private:
    const char* const word_;
    const Join join_;
    const Expr a_;
    const Expr b_;
};

class Compared final : public Expression {
  public:
    using Test = bool (*)(double, double);

    Compared(const char* word, Test test, Expr of, double limit)
        : word_(word), test_(test), of_(std::move(of)), limit_(limit) {}

    std::string promql() const override {
        return '(' + of_->promql() + ' ' + word_ + ' ' + number(limit_) + ')';
    }
    void want(History::Wanted& wanted) const override { of_->want(wanted); }
    Vector at(const History& history, Timestamp now) const override {
        auto values = of_->at(history, now);
        std::erase_if(values, [this](const auto& one) { return !test_(one.second, limit_); });
        return values;
    }

  private:
    const char* const word_;
    const Test test_;
    const Expr of_;
    const double limit_;
};

class Absent final : public Expression {
  public:
    explicit Absent(Series series) : series_(std::move(series)), there_(series_) {}
    std::string promql() const override { return "absent(" + series_.selector() + ')'; }
    void want(History::Wanted& wanted) const override { there_.want(wanted); }
    Vector at(const History& history, Timestamp now) const override {
        return there_.at(history, now).empty() ? Vector{{series_.with, 1}} : Vector();
    }

  private:
    const Series series_;
    const Newest there_;
};

Vector quotients(const Vector& a, const Vector& b) {
    Vector values;
    for (const auto& [labels, value] : a) {
        if (const auto found = b.find(labels); found != b.end()) {
            values[labels] = value / found->second;
        }
    }
    return values;
}

Vector shared(const Vector& a, const Vector& b) {
    auto values = a;
    std::erase_if(values, [&b](const auto& one) { return !b.contains(one.first); });
    return values;
}

Vector united(const Vector& a, const Vector& b) {
    auto values = a;
    values.insert(b.begin(), b.end());
    return values;
}

Vector while_any(const Vector& a, const Vector& b) {
    return b.empty() ? Vector() : a;
}

}  // namespace

Expr newest(Series series) {
    return std::make_shared<Newest>(std::move(series));
}

Expr age(Series series) {
    return std::make_shared<Age>(std::move(series));
}

Expr increase(Series series, seconds window) {
    return std::make_shared<OverTime>("increase", std::move(series), window, detail::growth);
}

Expr rate(Series series, seconds window) {
    const auto per_second = [](const std::vector<Point>& points, const detail::Window& within) {
        auto grown = detail::growth(points, within);
        if (grown) {
            *grown /= std::chrono::duration<double>(within.length).count();
        }
        return grown;
    };
    return std::make_shared<OverTime>("rate", std::move(series), window, per_second);
}

Expr changes(Series series, seconds window) {
    const auto count = [](const std::vector<Point>& points, const detail::Window&) {
        return std::optional(detail::change_count(points));
    };
    return std::make_shared<OverTime>("changes", std::move(series), window, count);
}

Expr predicted(Series series, seconds window, seconds later) {
    const auto go_on = [later](const std::vector<Point>& points, const detail::Window& within) {
        return detail::prediction(points, within, later);
    };
    return std::make_shared<OverTime>("predict_linear", std::move(series), window, go_on,
                                      ", " + std::to_string(later.count()));
}

Expr sum(Expr of, By by) {
    return std::make_shared<Grouped>(
        "sum", [](double a, double b) { return a + b; }, std::move(of), std::move(by));
}

Expr largest(Expr of, By by) {
    return std::make_shared<Grouped>(
        "max", [](double a, double b) { return std::fmax(a, b); }, std::move(of), std::move(by));
}

Expr quantile(double share, Series series, seconds window, By by) {
    series.name += "_bucket";
    auto with_bounds = by;
    with_bounds.emplace_back("le");
    auto buckets = sum(rate(std::move(series), window), std::move(with_bounds));
    return std::make_shared<Quantile>(share, std::move(buckets), std::move(by));
}

Expr divide(Expr a, Expr b) {
    return std::make_shared<Joined>("/", quotients, std::move(a), std::move(b));
}

Expr both(Expr a, Expr b) {
    return std::make_shared<Joined>("and", shared, std::move(a), std::move(b));
}

Expr either(Expr a, Expr b) {
    return std::make_shared<Joined>("or", united, std::move(a), std::move(b));
}

Expr during(Expr a, Expr b) {
    return std::make_shared<Joined>("and on ()", while_any, std::move(a), std::move(b));
}

Expr above(Expr of, double limit) {
    return std::make_shared<Compared>(
        ">", [](double a, double b) { return a > b; }, std::move(of), limit);
}

Expr below(Expr of, double limit) {
    return std::make_shared<Compared>(
        "<", [](double a, double b) { return a < b; }, std::move(of), limit);
}

Expr equal(Expr of, double value) {
    return std::make_shared<Compared>(
        "==", [](double a, double b) { return a == b; }, std::move(of), value);
}

Expr absent(Series series) {
    return std::make_shared<Absent>(std::move(series));
}

}  // namespace tripos::alerts
