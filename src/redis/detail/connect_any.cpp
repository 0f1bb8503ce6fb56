// SPDX-License-Identifier: MIT
#include "redis/detail/connect_any.hpp"

#include <algorithm>
#include <chrono>

#include "async/event.hpp"

namespace tripos::redis {

namespace {

using asio::ip::tcp;

constexpr std::chrono::milliseconds kHeadStart{250};

/// What the attempts have come to. Outlives the race: losers report late.
struct Outcome {
    explicit Outcome(asio::io_context& context) : changed(context.get_executor()) {}

    Event changed;
    tcp::socket* winner = nullptr;
    std::size_t running = 0;
    boost::system::error_code refusal = asio::error::host_not_found;
};

/// The attempts; its end closes those that did not win.
class Race {
  public:
    explicit Race(asio::io_context& context)
        : context_(context), outcome_(std::make_shared<Outcome>(context)) {}

    Outcome& outcome() { return *outcome_; }

    void enter(const tcp::endpoint& address) {
        auto& socket = sockets_.emplace_back(std::make_unique<tcp::socket>(context_));
        ++outcome_->running;
        socket->async_connect(address, [outcome = outcome_, entrant = socket.get()](
                                           const boost::system::error_code& problem) {
            --outcome->running;
            if (problem) {
                outcome->refusal = problem;
            } else if (outcome->winner == nullptr) {
                outcome->winner = entrant;
            }
            outcome->changed.notify();
        });
    }

  private:
    asio::io_context& context_;
    std::shared_ptr<Outcome> outcome_;
    std::vector<std::unique_ptr<tcp::socket>> sockets_;
};

}  // namespace

Addresses in_turn(const Addresses& addresses) {
    Addresses first;
    Addresses second;
    for (const auto& address : addresses) {
        const bool is_first = address.protocol() == addresses.front().protocol();
        (is_first ? first : second).push_back(address);
    }
    Addresses ordered;
    for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
        if (i < first.size()) {
            ordered.push_back(first[i]);
        }
        if (i < second.size()) {
            ordered.push_back(second[i]);
        }
    }
    return ordered;
}

Task<tcp::socket> connect_any(asio::io_context& context, Addresses addresses) {
    Race race(context);
    auto& outcome = race.outcome();
    for (const auto& address : in_turn(addresses)) {
        race.enter(address);
        co_await outcome.changed.wait_for(kHeadStart);
        if (outcome.winner != nullptr) {
            break;
        }
    }
    while (outcome.winner == nullptr && outcome.running > 0) {
        co_await outcome.changed.wait_for(kHeadStart);
    }
    if (outcome.winner == nullptr) {
        throw boost::system::system_error(outcome.refusal);
    }
    co_return std::move(*outcome.winner);
}

}  // namespace tripos::redis
