// SPDX-License-Identifier: MIT
#pragma once
// Gathers evidence: every probe at the same time, each on a thread of its own, none for longer than
// the limit. A probe that hangs holds up nobody: its thread is left behind.

#include <functional>

#include "doctor/evidence.hpp"

namespace tripos::doctor {

/// Where evidence comes from. One that is empty is not asked. Each blocks, is called once from a
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

/// Blocking, at most for `limit`.
Evidence look(const Probes& probes, std::chrono::milliseconds limit);

}  // namespace tripos::doctor
