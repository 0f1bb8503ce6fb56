// SPDX-License-Identifier: MIT
#pragma once
// Gathers evidence: every probe at the same time, each on a thread of its own, none for longer than
// the limit. A probe that hangs holds up nobody: its thread is left behind.

#include <functional>
#include <memory>
#include <stop_token>

#include "doctor/evidence.hpp"

namespace tripos::doctor {

/// Where evidence comes from. One that is empty is not asked. Each blocks, is called from a
/// thread of its own, and owns whatever it uses: it may outlive the call. What it throws is why
/// there is no evidence.
struct Probes {
    std::function<Looked<std::vector<RedisLook>>()> redis = {};
    std::function<Looked<std::vector<queue::QueueCondition>>()> queues = {};
    std::function<Looked<DatabaseLook>()> database = {};
    std::function<Looked<std::vector<RelayLook>>()> relays = {};
    std::function<Looked<SentLook>()> sent = {};
    std::function<Looked<SenderLook>()> sender = {};
    std::function<Looked<HostLook>()> host = {};
    std::function<Looked<AddressLook>()> address = {};
    std::function<Looked<SiteLook>()> site = {};
};

/// Looks at the same again and again, one look at a time.
class Lookout {
  public:
    explicit Lookout(Probes probes);

    /// Blocking, at most for `limit`, or until `stop` is requested. A probe that has not come back
    /// since a look before is late, and is not asked once more.
    Evidence look(std::chrono::milliseconds limit, const std::stop_token& stop = {});

  private:
    class Board;

    const Probes probes_;
    const std::shared_ptr<Board> board_;
};

/// Looks once. Blocking, at most for `limit`.
Evidence look(const Probes& probes, std::chrono::milliseconds limit);

/// How many probes of this process have not come back. Whoever ends it then must not end first what
/// they use: std::_Exit().
std::size_t left_behind();

}  // namespace tripos::doctor
