// SPDX-License-Identifier: MIT
#pragma once
// FakeLookup: answers as it is told, and announces a switch when it is told to.

#include <deque>
#include <functional>

#include "async/event.hpp"
#include "redis/detail/lookup.hpp"

namespace tripos::test {

/// Confined to its context.
class FakeLookup final : public redis::Lookup {
  public:
    using Answer = Result<redis::Endpoint>;

    explicit FakeLookup(asio::io_context& context) : let_go_(context.get_executor()) {}

    Task<Answer> find() override {
        ++looks;
        while (holds) {
            co_await let_go_.wait_for(std::chrono::seconds(60));
        }
        const auto answer = answers.front();
        if (answers.size() > 1) {
            answers.pop_front();
        }
        if (on_found) {
            on_found();
        }
        co_return answer;
    }
    void distrust_first() override { ++distrusts; }
    std::size_t listeners() const override { return 1; }
    Task<> listen(std::size_t, OnSwitch on_switch) override {
        announce = std::move(on_switch);
        co_return;
    }
    void let_go() {
        holds = false;
        let_go_.notify();
    }

    std::deque<Answer> answers;      ///< in turn; the last one for good
    std::function<void()> on_found;  ///< before the answer is heard
    OnSwitch announce;               ///< after Resolver::start()
    int looks = 0;
    int distrusts = 0;
    bool holds = false;  ///< a look waits for let_go()

  private:
    Event let_go_;
};

}  // namespace tripos::test
