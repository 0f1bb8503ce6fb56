// SPDX-License-Identifier: MIT
#include "doctor/look.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "doctor/detail/areas.hpp"

namespace tripos::doctor {

namespace {

/// What the threads write to, and the caller reads when they have ended or time is up.
class Board {
  public:
    template <class T>
    void expect(Looked<T> Evidence::*place, std::chrono::milliseconds limit) {
        (evidence_.*place).is_late = true;
        (evidence_.*place).why_not = "no answer within " + detail::in_seconds(limit);
        ++running_;
    }

    template <class T>
    void note(Looked<T> Evidence::*place, Looked<T> looked) {
        const std::lock_guard lock(mutex_);
        evidence_.*place = std::move(looked);
        --running_;
        ended_.notify_one();
    }

    Evidence wait(std::chrono::milliseconds limit) {
        std::unique_lock lock(mutex_);
        ended_.wait_for(lock, limit, [this] { return running_ == 0; });
        return evidence_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable ended_;
    int running_ = 0;
    Evidence evidence_;
};

template <class T>
Looked<T> ask(const std::function<Looked<T>()>& probe) {
    try {
        return probe();
    } catch (const std::exception& failure) {
        return {.seen = std::nullopt, .why_not = failure.what(), .has_failed = true};
    }
}

class Looking {
  public:
    explicit Looking(std::chrono::milliseconds limit) : limit_(limit) {}

    template <class T>
    void begin(const std::function<Looked<T>()>& probe, Looked<T> Evidence::*place) {
        if (!probe) {
            return;
        }
        board_->expect(place, limit_);
        threads_.push_back([board = board_, probe, place] { board->note(place, ask(probe)); });
    }

    Evidence end() {
        for (auto& thread : threads_) {
            std::thread(std::move(thread)).detach();
        }
        return board_->wait(limit_);
    }

  private:
    const std::chrono::milliseconds limit_;
    std::shared_ptr<Board> board_ = std::make_shared<Board>();
    std::vector<std::function<void()>> threads_;
};

}  // namespace

Evidence look(const Probes& probes, std::chrono::milliseconds limit) {
    Looking looking(limit);
    looking.begin(probes.redis, &Evidence::redis);
    looking.begin(probes.queues, &Evidence::queues);
    looking.begin(probes.database, &Evidence::database);
    looking.begin(probes.relays, &Evidence::relays);
    looking.begin(probes.sent, &Evidence::sent);
    looking.begin(probes.sender, &Evidence::sender);
    looking.begin(probes.host, &Evidence::host);
    looking.begin(probes.address, &Evidence::address);
    looking.begin(probes.site, &Evidence::site);
    return looking.end();
}

}  // namespace tripos::doctor
