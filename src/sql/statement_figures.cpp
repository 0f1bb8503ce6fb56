// SPDX-License-Identifier: MIT
#include "sql/statement_figures.hpp"

#include <algorithm>
#include <cmath>

namespace tripos::sql {

namespace {

constexpr std::string_view kOthers = "(others)";

}  // namespace

void StatementFigures::note(std::string_view text, std::chrono::nanoseconds took) {
    const std::lock_guard lock(mutex_);
    auto& seen = seen_of(text.substr(0, kLongestText));
    ++seen.count;
    seen.total += took;
    seen.max = std::max(seen.max, took);
    ++seen.at_most[bucket_of(took)];
}

StatementFigures::Seen& StatementFigures::seen_of(std::string_view text) {
    auto found = texts_.find(text);
    if (found == texts_.end()) {
        const auto key = texts_.size() < kMostTexts ? text : kOthers;
        found = texts_.try_emplace(std::string(key)).first;
    }
    return found->second;
}

std::vector<StatementFigure> StatementFigures::slowest(std::size_t most) const {
    std::vector<StatementFigure> all;
    {
        const std::lock_guard lock(mutex_);
        all.reserve(texts_.size());
        for (const auto& [text, seen] : texts_) {
            all.push_back(figure_of(text, seen));
        }
    }
    std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.max > b.max; });
    all.resize(std::min(all.size(), most));
    return all;
}

std::size_t StatementFigures::bucket_of(std::chrono::nanoseconds took) {
    const double micros = static_cast<double>(took.count()) / 1'000;
    if (micros <= 1) {
        return 0;
    }
    // ceil(2 log2(micros)), without a logarithm: each statement comes through here.
    int doublings = 0;
    const auto rest = std::frexp(micros, &doublings);  // from 0.5 on, and below 1
    const int halves = rest == 0.5 ? -2 : rest * rest <= 0.5 ? -1 : 0;
    return std::min(static_cast<std::size_t>(2 * doublings + halves), kBuckets - 1);
}

std::chrono::nanoseconds StatementFigures::bound_of(std::size_t bucket) {
    return std::chrono::nanoseconds(
        std::llround(1'000 * std::exp2(static_cast<double>(bucket) / 2)));
}

StatementFigure StatementFigures::figure_of(const std::string& text, const Seen& seen) {
    const auto enough =
        static_cast<std::uint64_t>(std::ceil(0.99 * static_cast<double>(seen.count)));
    std::uint64_t counted = 0;
    std::size_t bucket = 0;
    for (; bucket < kBuckets; ++bucket) {
        counted += seen.at_most[bucket];
        if (counted >= enough) {
            break;
        }
    }
    return {.text = text,
            .count = seen.count,
            .total = seen.total,
            .max = seen.max,
            .p99 = std::min(bound_of(bucket), seen.max)};
}

}  // namespace tripos::sql
