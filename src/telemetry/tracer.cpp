// SPDX-License-Identifier: MIT
#include "telemetry/tracer.hpp"

#include <algorithm>

namespace tripos::trace {

namespace {

std::int64_t nanoseconds_of(std::chrono::steady_clock::time_point instant) {
    return std::chrono::nanoseconds(instant.time_since_epoch()).count();
}

/// Bytes in hand, so that not every id is a call of the kernel.
struct Pool {
    std::array<std::uint8_t, 1'024> bytes{};
    std::size_t used = 1'024;
};

}  // namespace

Tracer::Tracer(Sampler sampler, BufferOptions options, const Clock& clock, Random& random,
               Counter& dropped)
    : sampler_(sampler), options_(options), clock_(clock), random_(random), dropped_(dropped) {
    read_clock();
}

Span Tracer::begin(std::string_view name, Kind kind, const std::optional<Context>& parent) {
    Context own{.is_sampled = true};
    if (parent) {
        own.trace_id = parent->trace_id;
    } else {
        fill(own.trace_id);
    }
    if (!sampler_.samples(parent, own.trace_id)) {
        return {};
    }
    own.span_id = new_span_id();
    return Span(*this, own, parent ? parent->span_id : SpanId{}, name, kind);
}

std::vector<std::unique_ptr<SpanData>> Tracer::take() {
    std::unique_lock lock(mutex_);
    ready_.wait_for(lock, options_.delay,
                    [this] { return is_closed_ || ended_.size() >= options_.batch; });
    read_clock();
    const auto count = std::min(ended_.size(), options_.batch);
    const auto end = ended_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<std::unique_ptr<SpanData>> batch(std::move_iterator(ended_.begin()),
                                                 std::move_iterator(end));
    ended_.erase(ended_.begin(), end);
    return batch;
}

void Tracer::close() {
    const std::lock_guard lock(mutex_);
    is_closed_ = true;
    ready_.notify_all();
}

std::int64_t Tracer::wall_time_of(std::chrono::steady_clock::time_point instant) const {
    return nanoseconds_of(instant) + ahead_.load(std::memory_order_relaxed);
}

SpanId Tracer::new_span_id() {
    SpanId id{};
    fill(id);
    return id;
}

/// An id of zeros only would be none.
void Tracer::fill(std::span<std::uint8_t> bytes) {
    thread_local Pool pool;
    if (pool.used + bytes.size() > pool.bytes.size()) {
        random_.fill(pool.bytes);
        pool.used = 0;
    }
    std::copy_n(pool.bytes.begin() + static_cast<std::ptrdiff_t>(pool.used), bytes.size(),
                bytes.begin());
    pool.used += bytes.size();
    if (std::all_of(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte == 0; })) {
        bytes.back() = 1;
    }
}

void Tracer::take_over(std::unique_ptr<SpanData> ended) {
    const std::lock_guard lock(mutex_);
    if (ended_.size() >= options_.limit || is_closed_) {
        dropped_.add();
        return;
    }
    ended_.push_back(std::move(ended));
    if (ended_.size() >= options_.batch) {
        ready_.notify_one();
    }
}

void Tracer::read_clock() {
    const auto steady = nanoseconds_of(std::chrono::steady_clock::now());
    ahead_.store(to_millis(clock_.now()) * 1'000'000 - steady, std::memory_order_relaxed);
}

}  // namespace tripos::trace
