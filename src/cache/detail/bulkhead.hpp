// SPDX-License-Identifier: MIT
#pragma once
// Bulkhead: at most so many loads of one family at once, at most so many waiting their turn, first
// come first served. A slow table thereby cannot take every connection of the database.
// Thread-safe.

#include <deque>
#include <mutex>
#include <utility>

#include "async/completion.hpp"

namespace tripos::cache {

class Bulkhead {
  public:
    /// The right to load; given back when it goes out of scope.
    class Permit {
      public:
        explicit Permit(Bulkhead& bulkhead) : bulkhead_(&bulkhead) {}
        Permit(Permit&& other) noexcept : bulkhead_(std::exchange(other.bulkhead_, nullptr)) {}
        Permit& operator=(Permit&&) = delete;
        ~Permit();

      private:
        Bulkhead* bulkhead_;
    };

    Bulkhead(std::size_t running_limit, std::size_t waiting_limit)
        : running_limit_(running_limit), waiting_limit_(waiting_limit) {}

    /// Waits its turn; false: too many wait already. After true take a Permit.
    Task<bool> enter();

  private:
    void leave();

    const std::size_t running_limit_;
    const std::size_t waiting_limit_;
    std::mutex mutex_;
    std::size_t running_ = 0;
    std::deque<Completion<bool>> waiting_;
};

}  // namespace tripos::cache
