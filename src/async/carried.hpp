// SPDX-License-Identifier: MIT
#pragma once
// carried(): an executor on which coroutines keep their place in a trace (telemetry/span.hpp): it
// is that of the thread whenever they run, before and after each suspension, and of nobody else. It
// is for what is recorded; the rest runs on plain executors and pays nothing.
//
//     co_await asio::co_spawn(carried(executor, span.position()), work(), asio::use_awaitable);

#include <boost/asio/any_io_executor.hpp>
#include <type_traits>
#include <utility>

#include "async/task.hpp"
#include "telemetry/span.hpp"

namespace tripos {

namespace detail {

/// As the executor within, which does the work. Value type; thread-safe as that one.
class CarryingExecutor {
  public:
    /// What runs on it runs on `inner`, at `position`.
    CarryingExecutor(asio::any_io_executor inner, const trace::Position& position)
        : inner_(std::move(inner)), position_(position) {}

    /// Of the executor within, as the next two.
    template <class Property>
    auto query(const Property& property) const
        -> decltype(asio::query(std::declval<const asio::any_io_executor&>(), property)) {
        return asio::query(inner_, property);
    }
    /// The same place in the trace, on what the executor within becomes.
    template <class Property, class = std::enable_if_t<asio::can_require<
                                  const asio::any_io_executor&, const Property&>::value>>
    CarryingExecutor require(const Property& property) const {
        return {asio::require(inner_, property), position_};
    }
    /// The same place in the trace, on what the executor within becomes.
    template <class Property, class = std::enable_if_t<asio::can_prefer<
                                  const asio::any_io_executor&, const Property&>::value>>
    CarryingExecutor prefer(const Property& property) const {
        return {asio::prefer(inner_, property), position_};
    }

    /// `work` runs with the thread at that place.
    template <class Function>
    void execute(Function&& work) const {
        inner_.execute([position = position_, run = std::forward<Function>(work)]() mutable {
            const trace::Scope scope(position);
            std::move(run)();
        });
    }

    /// The same executor within, at the same place.
    bool operator==(const CarryingExecutor& other) const noexcept {
        return inner_ == other.inner_ &&
               position_.context.span_id == other.position_.context.span_id;
    }

  private:
    asio::any_io_executor inner_;
    trace::Position position_;
};

}  // namespace detail

/// Requires: the tracer of the position outlives what runs there.
inline asio::any_io_executor carried(asio::any_io_executor executor,
                                     const trace::Position& position) {
    return detail::CarryingExecutor(std::move(executor), position);
}

}  // namespace tripos
