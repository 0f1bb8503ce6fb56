// SPDX-License-Identifier: MIT
#pragma once
// Gate: holds a thread in a test until it is let go.

#include <future>

namespace tripos::test {

/// For one thread, once. Its destruction opens it as well (the promise is broken).
class Gate {
  public:
    /// Blocks until open().
    void hold() {
        entered_.set_value();
        open_.get_future().wait();
    }
    void await_entered() { entered_.get_future().wait(); }
    void open() { open_.set_value(); }

  private:
    std::promise<void> entered_;
    std::promise<void> open_;
};

}  // namespace tripos::test
