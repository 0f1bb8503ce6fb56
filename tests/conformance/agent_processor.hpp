// SPDX-License-Identifier: MIT
#pragma once
// The processor of queue_agent: does what a job's data says ({"do": ...}; anything else: echo).
//
//   echo       completes with {"by": "tripos", "data": ...}
//   nothing    completes without a value
//   fail       throws "reason", as often as "times"
//   fatal      fails for good with "reason"
//   crash      aborts the process
//   slow       sleeps "ms", then echoes
//   delay      moves to "ms" later, once, then echoes
//   slowDown   hands itself back and stops fetching for "ms", once, then echoes
//   waitForChildren  sleeps "ms", waits for children, then completes with their values by their
//   keys report     writes "lines" to its log and "progress", then echoes

#include <string>

#include "core/clock.hpp"
#include "queue/worker.hpp"

namespace tripos::queue::agent {

/// Who started which job when it was killed: "S <id>" and "E <id>" lines in a file, each written at
/// once, so that they survive SIGKILL. A Node worker keeps the same.
class Ledger {
  public:
    /// Appends; an empty path keeps nothing.
    explicit Ledger(const std::string& path);
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    void started(const std::string& job_id) { write("S " + job_id + "\n"); }
    void ended(const std::string& job_id) { write("E " + job_id + "\n"); }

  private:
    void write(const std::string& line);

    int file_ = -1;
};

/// `ledger` and `clock` outlive it.
Processor obedient(Ledger& ledger, const Clock& clock);

}  // namespace tripos::queue::agent
