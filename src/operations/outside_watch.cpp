// SPDX-License-Identifier: MIT
#include "operations/outside_watch.hpp"

namespace tripos::operations {

namespace {

/// Whoever starts and stops at once is asked nothing.
constexpr std::chrono::seconds kFirstLook{5};
constexpr std::chrono::minutes kOutsideInterval{5};

}  // namespace

OutsideWatch::OutsideWatch(asio::io_context& background, std::function<doctor::Evidence()> look)
    : look_(std::move(look)),
      thread_({.name = "outside", .niceness = 19}),
      tasks_(background.get_executor()) {}

void OutsideWatch::start() {
    if (look_) {
        tasks_.spawn("outside watch", run());
    }
}

Task<> OutsideWatch::stop() {
    co_await tasks_.stop();
}

doctor::Evidence OutsideWatch::latest() const {
    const std::lock_guard lock(mutex_);
    return latest_;
}

Task<> OutsideWatch::run() {
    co_await sleep_for(kFirstLook);
    for (;;) {
        auto seen = co_await thread_.run(look_);
        {
            const std::lock_guard lock(mutex_);
            latest_ = std::move(seen);
        }
        co_await sleep_for(kOutsideInterval);
    }
}

}  // namespace tripos::operations
