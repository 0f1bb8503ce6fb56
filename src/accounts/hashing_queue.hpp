// SPDX-License-Identifier: MIT
#pragma once
// HashingQueue: whose password is hashed next. Log-ins go before everything else but for one turn
// in ten, so that who resets a password in a herd of log-ins is not forgotten, and clients take
// turns, so that nobody who floods the door keeps others out. Of one account at one client there is
// one hash at a time.
//
// Whoever waits too long is refused and keeps the place: the next request for the same account from
// the same client takes it up again. Until then nothing is hashed for it, and others go ahead.

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "async/task.hpp"
#include "core/result.hpp"

namespace tripos::accounts {

struct HashingQueueOptions {
    std::size_t slots = 1;                            ///< hashes at a time
    std::size_t log_ins_in_a_row = 9;                 ///< then, if it waits, one of the others
    std::chrono::milliseconds wait_limit{20'000};     ///< of one request
    std::chrono::milliseconds absence_limit{60'000};  ///< after the Retry-After of a refusal
    std::size_t place_limit = 40'000;
    std::size_t place_limit_per_client = 8'000;
};

/// Thread-safe. Outlives every Turn.
class HashingQueue {
  public:
    enum class Lane { log_in, other };

    /// Who waits: an account as somebody at this client uses it.
    struct Guest {
        Lane lane = Lane::other;
        std::string account = {};
        std::string client = {};
    };

    /// The right to hash now; gives it back at its end.
    class Turn {
      public:
        Turn(Turn&& other) noexcept;
        Turn& operator=(Turn&&) = delete;
        ~Turn();

      private:
        friend class HashingQueue;
        Turn(HashingQueue& queue, std::string who);

        HashingQueue* queue_;
        std::string who_;
        std::chrono::steady_clock::time_point since_;
    };

    explicit HashingQueue(HashingQueueOptions options) : options_(options), free_(options.slots) {}

    /// unavailable("login_queue"), with `place`, when the turn does not come in time; in the other
    /// lane it is "overloaded".
    Task<Result<Turn>> wait(Guest guest);

    std::size_t waiting() const;  ///< requests that are here

  private:
    using Instant = std::chrono::steady_clock::time_point;
    /// Lane, round, arrival: a client has one place in each round.
    using Order = std::tuple<Lane, std::uint64_t, std::uint64_t>;

    struct Request;  ///< one that is here
    struct Place {
        Guest guest;
        std::string who;
        std::shared_ptr<Request> request = {};  ///< null: gone, perhaps to return
        Instant kept_until = {};                ///< when it is gone
    };
    struct Client {
        std::uint64_t round = 0;  ///< of its latest place
        std::size_t places = 0;
    };
    class Attendance;
    using Places = std::map<Order, Place>;

    // Under the mutex:
    Places::iterator take_place(const Guest& guest, const std::string& who);
    /// Of whoever comes now: the latest that was served, or an earlier one that is waited for.
    std::uint64_t current_round(Lane lane) const;
    Places::iterator forget(Places::iterator place);
    void forget_absent();
    void call_next();
    /// The first of the lane that is here and may be hashed now, or the end.
    Places::iterator first_present(Lane lane);
    void call(Places::iterator place);
    void end_turn(const std::string& who);

    void leave(Request& request);
    Error refusal(const Guest& guest, std::size_t place) const;
    std::chrono::seconds time_until(std::size_t place) const;

    const HashingQueueOptions options_;
    mutable std::mutex mutex_;
    Places places_;
    std::unordered_multimap<std::string, Order> by_who_;
    std::unordered_map<std::string, Client> clients_;  ///< with places
    std::set<std::string> being_hashed_;
    std::size_t free_;
    std::size_t log_ins_in_a_row_ = 0;
    std::uint64_t arrivals_ = 0;
    std::map<Lane, std::uint64_t> served_rounds_;
    std::chrono::duration<double> pace_{0.05};  ///< of one turn, lately
    std::size_t waiting_ = 0;
};

}  // namespace tripos::accounts
