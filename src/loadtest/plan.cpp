// SPDX-License-Identifier: MIT
#include "loadtest/plan.hpp"

#include <algorithm>
#include <cmath>

namespace tripos::loadtest {

namespace {

constexpr double kRush = 5;        // the last seconds, in which most submit
constexpr double kLast = 0.3;      // nobody plans to be later than this before the deadline
constexpr double kHeartbeat = 20;  // a page asks how much time is left
constexpr double kObserved = 1;    // the server is asked for its figures

/// SplitMix64: what the standard's distributions give is not the same everywhere.
class Dice {
  public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// In [0, 1).
    double unit() {
        state_ += 0x9e3779b97f4a7c15;
        auto z = state_;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
    }
    double between(double least, double most) { return least + unit() * (most - least); }
    std::uint32_t below(std::uint32_t bound) { return static_cast<std::uint32_t>(unit() * bound); }

  private:
    std::uint64_t state_;
};

/// The day of one candidate after another.
class Planner {
  public:
    explicit Planner(const PlanParams& params) : params_(params), dice_(params.seed) {}

    std::vector<Step> exam() {
        for (std::uint32_t candidate = 0; candidate < params_.candidates; ++candidate) {
            candidate_ = candidate;
            sit();
        }
        for (double at = 0; at < params_.lobby + params_.window; at += kObserved) {
            candidate_ = params_.candidates;
            add(at, Ask::metrics);
        }
        return sorted();
    }

    std::vector<Step> results() {
        for (candidate_ = 0; candidate_ < params_.candidates; ++candidate_) {
            const auto at = dice_.between(0, params_.results);
            add(at, Ask::score);
            add(at + 0.2, Ask::analysis);
        }
        for (double at = 0; at < params_.results; at += kObserved) {
            add(at, Ask::metrics);
        }
        return sorted();
    }

  private:
    void sit() {
        auto came = dice_.between(0, params_.lobby - (params_.log_ins ? kLogIn : 0));
        if (params_.log_ins) {
            add(came, Ask::log_in);
            came += kLogIn;
        }
        add(came, Ask::list);
        if (dice_.unit() < 0.02) {
            add(came + 0.1, Ask::forgotten);
        }
        const auto deadline = params_.lobby + params_.window;
        const auto start =
            params_.lobby + (dice_.unit() < 0.8
                                 ? dice_.between(0.05, params_.herd)
                                 : dice_.between(params_.herd, params_.herd + params_.tail));
        add(start, Ask::start);
        add(start, Ask::paper);
        const auto how = dice_.unit();  // 0.7 in the rush, 0.1 before, 0.2 never
        const auto ends = how < 0.7   ? dice_.between(deadline - kRush, deadline - kLast)
                          : how < 0.8 ? dice_.between(start + 2, deadline - kRush)
                                      : deadline - kLast;
        for (auto at = start + dice_.unit() * kHeartbeat; at < ends; at += kHeartbeat) {
            add(at, Ask::status);
        }
        answer(start + 0.5, ends - 1);
        if (how < 0.8) {
            add(ends, Ask::submit);
        } else if (how < 0.85) {
            add_answer(deadline + 1, Ask::late_save, dice_.below(params_.questions));
        }
    }

    /// 1.5 changes per question in bursts of three, some of which a device sends later at once.
    void answer(double from, double until) {
        const auto span = std::max(0.1, until - from);
        const auto pause = std::min(params_.burst_pause, span / kReplayed);
        const auto changes = params_.questions * 3 / 2;
        const bool has_bad_network = dice_.unit() < 0.2;
        for (std::uint32_t done = 0; done < changes; done += kReplayed) {
            const auto at = from + dice_.unit() * (span - 2 * pause);
            const auto first = dice_.below(params_.questions - kReplayed + 1);
            if (has_bad_network && dice_.unit() < 0.1) {
                add_answer(at, Ask::replay, first);
                continue;
            }
            for (std::uint32_t i = 0; i < kReplayed; ++i) {
                add_answer(at + i * pause, Ask::save, first + i);
            }
        }
    }

    void add(double at, Ask ask) {
        steps_.push_back({.at = std::llround(at * 1e6), .candidate = candidate_, .ask = ask});
    }

    void add_answer(double at, Ask ask, std::uint32_t question) {
        add(at, ask);
        steps_.back().question = static_cast<std::uint16_t>(question);
        steps_.back().choice = static_cast<std::uint8_t>(dice_.below(kOptions));
    }

    std::vector<Step> sorted() {
        std::stable_sort(steps_.begin(), steps_.end(),
                         [](const Step& a, const Step& b) { return a.at < b.at; });
        return std::move(steps_);
    }

    const PlanParams& params_;
    Dice dice_;
    std::uint32_t candidate_ = 0;
    std::vector<Step> steps_;
};

}  // namespace

const char* to_text(Ask ask) {
    constexpr const char* kNames[kAsks] = {
        "log-in", "list",   "lost password", "start", "paper",    "save",   "offline saves",
        "status", "submit", "late save",     "score", "analysis", "metrics"};
    return kNames[static_cast<std::size_t>(ask)];
}

std::vector<Step> plan_exam(const PlanParams& params) {
    return Planner(params).exam();
}

std::vector<Step> plan_results(const PlanParams& params) {
    return Planner(params).results();
}

}  // namespace tripos::loadtest
