// SPDX-License-Identifier: MIT
#include "cache/detail/bulkhead.hpp"

namespace tripos::cache {

Bulkhead::Permit::~Permit() {
    if (bulkhead_ != nullptr) {
        bulkhead_->leave();
    }
}

Task<bool> Bulkhead::enter() {
    {
        const std::lock_guard lock(mutex_);
        if (running_ < running_limit_) {
            ++running_;
            co_return true;
        }
        if (waiting_.size() >= waiting_limit_) {
            co_return false;
        }
    }
    auto queue = [this](const Completion<bool>& turn) {
        const std::lock_guard lock(mutex_);
        if (running_ < running_limit_) {
            ++running_;
            turn.complete(true);
        } else {
            waiting_.push_back(turn);
        }
    };
    co_return co_await suspend<bool>(std::move(queue));
}

void Bulkhead::leave() {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty()) {
        --running_;
        return;
    }
    waiting_.front().complete(true);  // the place goes from hand to hand
    waiting_.pop_front();
}

}  // namespace tripos::cache
