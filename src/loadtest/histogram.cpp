// SPDX-License-Identifier: MIT
#include "loadtest/histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace tripos::loadtest {

namespace {

// 128 buckets for each doubling: none is wider than 1/128 of what it holds.
constexpr int kBits = 7;
constexpr std::int64_t kLinear = std::int64_t{1} << kBits;
constexpr std::int64_t kMost = 3'600'000'000;

std::size_t bucket_of(std::int64_t value) {
    if (value < kLinear) {
        return static_cast<std::size_t>(value);
    }
    const auto width = static_cast<int>(std::bit_width(static_cast<std::uint64_t>(value)));
    const int shift = width - 1 - kBits;
    return static_cast<std::size_t>((shift + 1) * kLinear + (value >> shift) - kLinear);
}

std::int64_t top_of(std::size_t bucket) {
    const auto index = static_cast<std::int64_t>(bucket);
    if (index < kLinear) {
        return index;
    }
    const auto shift = index / kLinear - 1;
    return ((index % kLinear + kLinear + 1) << shift) - 1;
}

}  // namespace

Histogram::Histogram() : buckets_(bucket_of(kMost) + 1) {}

void Histogram::add(std::int64_t micros) {
    const auto value = std::clamp<std::int64_t>(micros, 0, kMost);
    ++buckets_[bucket_of(value)];
    ++count_;
    max_ = std::max(max_, value);
}

void Histogram::add_all(const Histogram& other) {
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        buckets_[i] += other.buckets_[i];
    }
    count_ += other.count_;
    max_ = std::max(max_, other.max_);
}

std::int64_t Histogram::at(double share) const {
    const auto wanted = static_cast<std::int64_t>(std::ceil(share * static_cast<double>(count_)));
    std::int64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
        seen += buckets_[i];
        if (seen >= std::max<std::int64_t>(wanted, 1)) {
            return std::min(top_of(i), max_);
        }
    }
    return 0;
}

}  // namespace tripos::loadtest
