// SPDX-License-Identifier: MIT
#include "cache/detail/entry.hpp"

#include <time.h>

#include <algorithm>

namespace tripos::cache {

Handles::Handles(const Value& value) {
    struct alignas(64) Holder {
        Value value;
    };
    for (auto& handle : handles_) {
        if (value) {
            auto holder = std::make_shared<const Holder>(Holder{value});
            const void* target = holder->value.get();
            handle = Value(std::move(holder), target);
        }
    }
}

Instant coarse_now() {
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return time.tv_sec * 1'000'000'000 + time.tv_nsec;
}

bool Entry::is_current(Lanes needed) const {
    return std::all_of(marks.begin(), marks.begin() + mark_count,
                       [needed](const Mark& mark) { return mark.holds(needed); });
}

void EntryQueue::push(Entry& entry) {
    entry.older = newest;
    entry.newer = nullptr;
    (newest == nullptr ? oldest : newest->newer) = &entry;
    newest = &entry;
    weight += entry.weight;
}

void EntryQueue::remove(Entry& entry) {
    (entry.older == nullptr ? oldest : entry.older->newer) = entry.newer;
    (entry.newer == nullptr ? newest : entry.newer->older) = entry.older;
    weight -= entry.weight;
}

}  // namespace tripos::cache
