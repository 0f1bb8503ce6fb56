// SPDX-License-Identifier: MIT
#include "doctor/look.hpp"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "doctor/detail/areas.hpp"

namespace tripos::doctor {

namespace {

/// Threads of probes that run.
std::atomic<std::size_t> looking = 0;

template <class T>
Looked<T> ask(const std::function<Looked<T>()>& probe) {
    try {
        return probe();
    } catch (const std::exception& failure) {
        return {.seen = std::nullopt, .why_not = failure.what(), .has_failed = true};
    }
}

}  // namespace

/// What the threads write to, and the caller reads when they have ended or time is up. As long as
/// one runs, its place is late.
class Lookout::Board : public std::enable_shared_from_this<Lookout::Board> {
  public:
    template <class T>
    void begin(const std::function<Looked<T>()>& probe, Looked<T> Evidence::*place,
               std::chrono::milliseconds limit) {
        if (!probe || !expect(place, limit)) {
            return;
        }
        ++looking;
        std::thread([board = shared_from_this(), probe, place] {
            auto looked = ask(probe);
            --looking;
            board->note(place, std::move(looked));
        }).detach();
    }

    Evidence wait(std::chrono::milliseconds limit, const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        ended_.wait_for(lock, stop, limit, [this] { return running_ == 0; });
        return evidence_;
    }

  private:
    /// False: it has not come back since a look before.
    template <class T>
    bool expect(Looked<T> Evidence::*place, std::chrono::milliseconds limit) {
        const std::lock_guard lock(mutex_);
        auto& looked = evidence_.*place;
        if (looked.is_late) {
            return false;
        }
        looked = not_looked<T>("no answer within " + detail::in_seconds(limit));
        looked.is_late = true;
        ++running_;
        return true;
    }

    template <class T>
    void note(Looked<T> Evidence::*place, Looked<T> looked) {
        const std::lock_guard lock(mutex_);
        evidence_.*place = std::move(looked);
        --running_;
        ended_.notify_one();
    }

    std::mutex mutex_;
    std::condition_variable_any ended_;
    int running_ = 0;
    Evidence evidence_;
};

Lookout::Lookout(Probes probes) : probes_(std::move(probes)), board_(std::make_shared<Board>()) {}

Evidence Lookout::look(std::chrono::milliseconds limit, const std::stop_token& stop) {
    board_->begin(probes_.redis, &Evidence::redis, limit);
    board_->begin(probes_.queues, &Evidence::queues, limit);
    board_->begin(probes_.database, &Evidence::database, limit);
    board_->begin(probes_.relays, &Evidence::relays, limit);
    board_->begin(probes_.sent, &Evidence::sent, limit);
    board_->begin(probes_.sender, &Evidence::sender, limit);
    board_->begin(probes_.host, &Evidence::host, limit);
    board_->begin(probes_.address, &Evidence::address, limit);
    board_->begin(probes_.site, &Evidence::site, limit);
    return board_->wait(limit, stop);
}

Evidence look(const Probes& probes, std::chrono::milliseconds limit) {
    return Lookout(probes).look(limit);
}

std::size_t left_behind() {
    return looking;
}

}  // namespace tripos::doctor
