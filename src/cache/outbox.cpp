// SPDX-License-Identifier: MIT
#include "cache/outbox.hpp"

namespace tripos::cache {

namespace {

constexpr std::size_t kRowsAtOnce = 100;

}  // namespace

Task<std::size_t> relay(Cache& cache, Outbox& outbox) {
    std::size_t removed = 0;
    for (;;) {
        auto rows = co_await outbox.oldest(kRowsAtOnce);
        std::vector<std::int64_t> confirmed;
        for (auto& row : rows) {
            const bool is_confirmed = co_await cache.replay(std::move(row.record));
            if (is_confirmed) {
                confirmed.push_back(row.id);
            }
        }
        removed += confirmed.size();
        const bool goes_on = confirmed.size() == rows.size() && !rows.empty();
        if (!confirmed.empty()) {
            co_await outbox.remove(std::move(confirmed));
        }
        if (!goes_on) {
            co_return removed;
        }
    }
}

}  // namespace tripos::cache
