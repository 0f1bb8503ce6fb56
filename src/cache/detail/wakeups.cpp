// SPDX-License-Identifier: MIT
#include "cache/detail/wakeups.hpp"

#include <boost/asio/post.hpp>

namespace tripos::cache {

Wakeups::Waiter::Waiter(Wakeups& wakeups, std::string value, asio::any_io_executor executor)
    : wakeups_(wakeups),
      value_(std::move(value)),
      event_(std::make_shared<Event>(executor)),
      executor_(executor) {
    const std::lock_guard lock(wakeups_.mutex_);
    wakeups_.listeners_.emplace(value_, Listener{.event = event_, .executor = executor_});
    wakeups_.count_.store(wakeups_.listeners_.size());
}

Wakeups::Waiter::~Waiter() {
    const std::lock_guard lock(wakeups_.mutex_);
    const auto [begin, end] = wakeups_.listeners_.equal_range(value_);
    for (auto it = begin; it != end; ++it) {
        if (it->second.event == event_) {
            wakeups_.listeners_.erase(it);
            break;
        }
    }
    wakeups_.count_.store(wakeups_.listeners_.size());
}

void Wakeups::notify(const Listener& listener) {
    asio::post(listener.executor, [event = listener.event] { event->notify(); });
}

void Wakeups::wake(std::string_view value) {
    if (count_.load() == 0) {
        return;
    }
    const std::lock_guard lock(mutex_);
    const auto [begin, end] = listeners_.equal_range(std::string(value));
    for (auto it = begin; it != end; ++it) {
        notify(it->second);
    }
}

void Wakeups::wake_all() {
    const std::lock_guard lock(mutex_);
    for (const auto& [value, listener] : listeners_) {
        notify(listener);
    }
}

}  // namespace tripos::cache
