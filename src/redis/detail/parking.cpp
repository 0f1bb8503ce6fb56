// SPDX-License-Identifier: MIT
#include "redis/detail/parking.hpp"

namespace tripos::redis {

void Parking::park(std::span<const Arguments> commands, const std::shared_ptr<Waiter>& waiter,
                   Patience patience, TimePoint now) {
    if (now >= until_) {
        waiter->fail(std::make_exception_ptr(Unavailable("not connected to " + server_)));
        return;
    }
    if (commands_ + commands.size() > limit_) {
        waiter->fail(std::make_exception_ptr(Unavailable("too many commands are waiting")));
        return;
    }
    commands_ += commands.size();
    entries_.push_back(Entry{
        .commands = {commands.begin(), commands.end()}, .waiter = waiter, .patience = patience});
}

void Parking::refuse_all() {
    commands_ = 0;
    const auto refused = std::exchange(entries_, {});
    for (const auto& entry : refused) {
        entry.waiter->fail(std::make_exception_ptr(Unavailable("not connected to " + server_)));
    }
}

std::vector<Parking::Entry> Parking::leave() {
    commands_ = 0;
    auto waiting = std::exchange(entries_, {});
    std::erase_if(waiting, [](const Entry& entry) { return entry.waiter->is_done(); });
    return waiting;
}

}  // namespace tripos::redis
