// SPDX-License-Identifier: MIT
#pragma once
// Wakeups: coroutines that wait for a load under way in another process. The announcement that the
// value or its lease changed wakes them. Thread-safe.

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "async/event.hpp"

namespace tripos::cache {

class Wakeups {
  public:
    /// One waiter; it is struck off when this goes out of scope.
    class Waiter {
      public:
        Waiter(Wakeups& wakeups, std::string value, asio::any_io_executor executor);
        ~Waiter();
        Waiter(const Waiter&) = delete;
        Waiter& operator=(const Waiter&) = delete;

        Event& event() { return *event_; }

      private:
        Wakeups& wakeups_;
        const std::string value_;
        const std::shared_ptr<Event> event_;
        const asio::any_io_executor executor_;
    };

    /// Wakes whoever waits for that value (its name in Redis).
    void wake(std::string_view value);
    void wake_all();

  private:
    struct Listener {
        std::shared_ptr<Event> event;
        asio::any_io_executor executor;
    };
    static void notify(const Listener& listener);

    std::mutex mutex_;
    std::unordered_multimap<std::string, Listener> listeners_;
    std::atomic<std::size_t> count_{0};
};

}  // namespace tripos::cache
