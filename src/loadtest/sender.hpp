// SPDX-License-Identifier: MIT
#pragma once
// Sender: sends a plan by the clock, whatever the server does. Each candidate has one connection
// and one request under way, as a page has; what is planned meanwhile waits, and its response time
// runs from the instant it was planned for. One thread, epoll, no library: it shares the machine
// with the server.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "loadtest/dial.hpp"
#include "loadtest/journal.hpp"
#include "loadtest/network.hpp"
#include "loadtest/plan.hpp"
#include "loadtest/tally.hpp"
#include "loadtest/target.hpp"

namespace tripos::loadtest {

/// Gets the bodies of answers that are read: those of papers until one is known, of metrics, and of
/// analyses if `reads_analyses`.
using BodyReader = std::function<void(const Step& step, std::string_view body)>;

struct SenderOptions {
    int tries = 13;  ///< of a request that is not answered, or with a 5xx
    bool reads_analyses = false;
    bool logs_in = false;        ///< nobody has a token before the plan lets them log in
    Network network;             ///< response times include it, service times too
    bool tells_entries = false;  ///< somebody calls take_entries() now and then
};

/// Lifetime: what it is given outlives it. Confined to the thread of run(), but for take_pulse()
/// and take_entries().
class Sender {
  public:
    Sender(const Dial& dial, const Subject& subject, SenderOptions options, BodyReader read);
    ~Sender();
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    /// Of an earlier sender; else the first paper that comes is read.
    void know(Paper paper);
    /// Blocking. `begin`: milliseconds since 1970 of the plan's zero.
    void run(const std::vector<Step>& plan, std::int64_t begin);

    const Tally& tally() const;
    const std::optional<Paper>& paper() const;
    /// In the order of sending, per candidate.
    std::vector<JournalLine> take_journal();
    /// Candidates who asked for a code and were told that it is on its way, at which millisecond.
    const std::vector<std::pair<std::uint32_t, std::int64_t>>& mails_asked() const;
    /// Per candidate: whether a start or a hand-in was acknowledged.
    const std::vector<bool>& let_in() const;
    /// What happened since the last look. Thread-safe.
    SecondTally take_pulse();
    /// What became of answers since the last look. Thread-safe.
    std::vector<JournalEntry> take_entries();

  private:
    class Loop;
    std::unique_ptr<Loop> loop_;
};

}  // namespace tripos::loadtest
