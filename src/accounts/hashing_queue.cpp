// SPDX-License-Identifier: MIT
#include "accounts/hashing_queue.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <cmath>

#include "async/event.hpp"

namespace tripos::accounts {

using std::chrono::seconds;
using std::chrono::steady_clock;

struct HashingQueue::Request {
    explicit Request(const asio::any_io_executor& on) : executor(on), event(on) {}

    asio::any_io_executor executor;
    Event event;
    Order order{};  ///< of its place, until it is called
    std::string who;
    bool called = false;  ///< it has the turn
};

/// A request gives up its turn, or leaves its place behind, however its coroutine ends.
class HashingQueue::Attendance {
  public:
    Attendance(HashingQueue& queue, Request& request) : queue_(queue), request_(request) {}
    ~Attendance() { queue_.leave(request_); }
    Attendance(const Attendance&) = delete;
    Attendance& operator=(const Attendance&) = delete;

  private:
    HashingQueue& queue_;
    Request& request_;
};

HashingQueue::Turn::Turn(HashingQueue& queue, std::string who)
    : queue_(&queue), who_(std::move(who)), since_(steady_clock::now()) {}

HashingQueue::Turn::Turn(Turn&& other) noexcept
    : queue_(std::exchange(other.queue_, nullptr)),
      who_(std::move(other.who_)),
      since_(other.since_) {}

HashingQueue::Turn::~Turn() {
    if (queue_ == nullptr) {
        return;
    }
    const std::lock_guard lock(queue_->mutex_);
    constexpr double kWeight = 0.1;
    queue_->pace_ += kWeight * (steady_clock::now() - since_ - queue_->pace_);
    queue_->end_turn(who_);
}

Task<Result<HashingQueue::Turn>> HashingQueue::wait(Guest guest) {
    const auto executor = co_await asio::this_coro::executor;
    const auto request = std::make_shared<Request>(executor);
    request->who = guest.account + " at " + guest.client;
    {
        const std::lock_guard lock(mutex_);
        const auto place = take_place(guest, request->who);
        if (place == places_.end()) {
            co_return refusal(guest, places_.size());
        }
        place->second.request = request;
        request->order = place->first;
        ++waiting_;
        call_next();
    }
    const Attendance attendance(*this, *request);
    co_await request->event.wait_for(options_.wait_limit);
    const std::lock_guard lock(mutex_);
    if (request->called) {
        request->called = false;
        co_return Turn(*this, request->who);
    }
    const auto before = std::distance(places_.begin(), places_.find(request->order));
    co_return refusal(guest, static_cast<std::size_t>(before) + 1);
}

std::size_t HashingQueue::waiting() const {
    const std::lock_guard lock(mutex_);
    return waiting_;
}

HashingQueue::Places::iterator HashingQueue::take_place(const Guest& guest,
                                                        const std::string& who) {
    const auto [first, last] = by_who_.equal_range(who);
    for (auto known = first; known != last; ++known) {
        const auto place = places_.find(known->second);
        if (place->second.guest.lane == guest.lane && !place->second.request) {
            return place;
        }
    }
    if (places_.size() >= options_.place_limit) {
        forget_absent();
    }
    auto& client = clients_[guest.client];
    if (places_.size() >= options_.place_limit ||
        client.places >= options_.place_limit_per_client) {
        if (client.places == 0) {
            clients_.erase(guest.client);
        }
        return places_.end();
    }
    const auto current = current_round(guest.lane);
    client.round = client.places == 0 ? current : std::max(current, client.round + 1);
    ++client.places;
    const Order order(guest.lane, client.round, ++arrivals_);
    by_who_.emplace(who, order);
    return places_.emplace(order, Place{.guest = guest, .who = who}).first;
}

std::uint64_t HashingQueue::current_round(Lane lane) const {
    const auto served = served_rounds_.find(lane);
    const auto latest = served == served_rounds_.end() ? 0 : served->second;
    const auto front = places_.lower_bound(Order(lane, 0, 0));
    const bool is_empty = front == places_.end() || std::get<Lane>(front->first) != lane;
    return is_empty ? latest : std::min(latest, std::get<1>(front->first));
}

HashingQueue::Places::iterator HashingQueue::forget(Places::iterator place) {
    const auto [first, last] = by_who_.equal_range(place->second.who);
    by_who_.erase(std::find_if(
        first, last, [&place](const auto& known) { return known.second == place->first; }));
    const auto client = clients_.find(place->second.guest.client);
    if (--client->second.places == 0) {
        clients_.erase(client);
    }
    return places_.erase(place);
}

void HashingQueue::forget_absent() {
    const auto now = steady_clock::now();
    for (auto place = places_.begin(); place != places_.end();) {
        const bool is_over = !place->second.request && place->second.kept_until < now;
        place = is_over ? forget(place) : std::next(place);
    }
}

void HashingQueue::call_next() {
    while (free_ > 0) {
        const bool is_others_turn = log_ins_in_a_row_ >= options_.log_ins_in_a_row;
        auto next = first_present(is_others_turn ? Lane::other : Lane::log_in);
        if (next == places_.end()) {
            next = first_present(is_others_turn ? Lane::log_in : Lane::other);
        }
        if (next == places_.end()) {
            return;
        }
        call(next);
    }
}

HashingQueue::Places::iterator HashingQueue::first_present(Lane lane) {
    const auto now = steady_clock::now();
    auto place = places_.lower_bound(Order(lane, 0, 0));
    while (place != places_.end() && std::get<Lane>(place->first) == lane) {
        const auto& request = place->second.request;
        if (request && !being_hashed_.contains(request->who)) {
            return place;
        }
        const bool is_over = !request && place->second.kept_until < now;
        place = is_over ? forget(place) : std::next(place);
    }
    return places_.end();
}

void HashingQueue::call(Places::iterator place) {
    const auto& [lane, round, arrival] = place->first;
    served_rounds_[lane] = std::max(served_rounds_[lane], round);
    log_ins_in_a_row_ = lane == Lane::log_in ? log_ins_in_a_row_ + 1 : 0;
    const auto request = place->second.request;
    forget(place);
    --free_;
    being_hashed_.insert(request->who);
    request->called = true;
    asio::post(request->executor, [request] { request->event.notify(); });
}

void HashingQueue::end_turn(const std::string& who) {
    ++free_;
    being_hashed_.erase(who);
    call_next();
}

void HashingQueue::leave(Request& request) {
    const std::lock_guard lock(mutex_);
    --waiting_;
    if (request.called) {  // and did not take the turn
        end_turn(request.who);
        return;
    }
    const auto place = places_.find(request.order);
    if (place != places_.end() && place->second.request.get() == &request) {
        const auto before = static_cast<std::size_t>(std::distance(places_.begin(), place));
        place->second.request = nullptr;
        place->second.kept_until =
            steady_clock::now() + time_until(before + 1) + options_.absence_limit;
    }
}

std::chrono::seconds HashingQueue::time_until(std::size_t place) const {
    // Somewhat before it is time: whoever is there waits the rest.
    const auto all = pace_ * static_cast<double>(place) / static_cast<double>(options_.slots);
    const auto rest = std::chrono::ceil<seconds>(all - options_.wait_limit / 2);
    return std::clamp(rest, seconds(1), seconds(300));
}

Error HashingQueue::refusal(const Guest& guest, std::size_t place) const {
    auto error = unavailable("Many people are logging in. Try again: your place is kept.",
                             time_until(place));
    error.code = "login_queue";
    if (guest.lane == Lane::other) {
        error.code = "overloaded";
        error.message = "The server is busy. Try again shortly.";
    }
    error.extra.emplace_back("place", std::to_string(place));
    return error;
}

}  // namespace tripos::accounts
