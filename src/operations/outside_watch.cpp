// SPDX-License-Identifier: MIT
#include "operations/outside_watch.hpp"

namespace tripos::operations {

namespace {

/// Whoever starts and stops at once is asked nothing.
constexpr std::chrono::seconds kFirstLook{5};
constexpr std::chrono::minutes kOutsideInterval{5};

}  // namespace

OutsideWatch::OutsideWatch(asio::io_context& background, Metrics& metrics, Look look)
    : look_(std::move(look)),
      certificate_ends_(metrics.gauge(
          "tripos_certificate_expiry_timestamp_seconds",
          "When the certificate of PUBLIC_URL ends, since 1970; 0: there is none, or not known")),
      thread_({.name = "outside", .niceness = 19}),
      tasks_(background.get_executor()) {}

void OutsideWatch::start() {
    if (look_) {
        tasks_.spawn("outside watch", run());
    }
}

Task<> OutsideWatch::stop() {
    stop_.request_stop();
    co_await tasks_.stop();
}

doctor::Evidence OutsideWatch::latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
}

Task<> OutsideWatch::run() {
    co_await sleep_for(kFirstLook);
    for (;;) {
        auto look = [this] { return look_(stop_.get_token()); };
        auto seen = co_await thread_.run(std::move(look));
        note(std::move(seen));
        co_await sleep_for(kOutsideInterval);
    }
}

void OutsideWatch::note(doctor::Evidence seen) {
    const auto& address = seen.address.seen;
    const auto ends = address ? address->certificate_ends : std::nullopt;
    certificate_ends_.set(ends ? static_cast<double>(to_millis(*ends)) / 1'000 : 0);
    const std::lock_guard lock(mutex_);
    latest_ = std::move(seen);
}

}  // namespace tripos::operations
