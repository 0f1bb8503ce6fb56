// SPDX-License-Identifier: MIT
#pragma once
// RecordingTransport: remembers every mail it is given, answers as the test says, and can be held
// shut.

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "mail/transport.hpp"

namespace tripos::notices {

/// Thread-safe.
class RecordingTransport final : public mail::Transport {
  public:
    Task<mail::Delivery> send(mail::Message message, mail::SendParams params) override {
        const auto subject = message.subject;
        record(std::move(message));
        co_await sleep_for(begin());
        while (is_shut(subject)) {
            co_await sleep_for(std::chrono::milliseconds(2));
        }
        end();
        auto answer = next_answer();
        const bool past_the_dot = answer.kind == mail::Delivery::Kind::delivered ||
                                  answer.kind == mail::Delivery::Kind::in_doubt;
        if (past_the_dot && params.before_dot && !params.before_dot()) {
            answer = {.kind = mail::Delivery::Kind::withheld};
        }
        if (params.concluded) {
            params.concluded(answer);
        }
        co_return answer;
    }
    Task<mail::Probe> probe(mail::Message message) override {
        record(std::move(message));
        co_return mail::Probe();
    }
    std::string describe() const override { return "recording"; }

    /// The next tries are answered with these, later ones with `delivered`.
    void answer_with(std::deque<mail::Delivery> answers) {
        const std::lock_guard lock(mutex_);
        answers_ = std::move(answers);
    }
    void shut(bool on) {
        const std::lock_guard lock(mutex_);
        shut_ = on;
    }

    /// Mails of that subject wait.
    void shut_for(std::string subject) {
        const std::lock_guard lock(mutex_);
        shut_for_ = std::move(subject);
    }
    /// Each takes so long from here on.
    void take(std::chrono::milliseconds pause) {
        const std::lock_guard lock(mutex_);
        pause_ = pause;
    }
    /// How many were under way together, at most, since it was asked last.
    std::size_t most_at_once() {
        const std::lock_guard lock(mutex_);
        return std::exchange(most_at_once_, under_way_);
    }

    /// Waits until there were `count` tries; false after 20 s.
    bool wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds(20),
                                 [&] { return messages_.size() >= count; });
    }
    std::vector<mail::Message> messages() const {
        const std::lock_guard lock(mutex_);
        return messages_;
    }
    std::size_t count() const { return messages().size(); }

  private:
    void record(mail::Message message) {
        const std::lock_guard lock(mutex_);
        messages_.push_back(std::move(message));
        changed_.notify_all();
    }
    bool is_shut(const std::string& subject) const {
        const std::lock_guard lock(mutex_);
        return shut_ || (!shut_for_.empty() && shut_for_ == subject);
    }
    std::chrono::milliseconds begin() {
        const std::lock_guard lock(mutex_);
        most_at_once_ = std::max(most_at_once_, ++under_way_);
        return pause_;
    }
    void end() {
        const std::lock_guard lock(mutex_);
        --under_way_;
    }
    mail::Delivery next_answer() {
        const std::lock_guard lock(mutex_);
        if (answers_.empty()) {
            return {};
        }
        auto answer = std::move(answers_.front());
        answers_.pop_front();
        return answer;
    }

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<mail::Message> messages_;
    std::deque<mail::Delivery> answers_;
    bool shut_ = false;
    std::string shut_for_;
    std::chrono::milliseconds pause_{0};
    std::size_t under_way_ = 0;
    std::size_t most_at_once_ = 0;
};

}  // namespace tripos::notices
