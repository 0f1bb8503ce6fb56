// SPDX-License-Identifier: MIT
#include "sql/in_pages.hpp"

#include <algorithm>

#include "sql/page_size.hpp"

namespace tripos::sql {

Task<std::int64_t> in_pages(Database& database,
                            std::function<std::int64_t(Session&, std::int64_t)> page) {
    PageSize size;
    std::int64_t total = 0;
    for (;;) {
        const auto rows = size.rows();
        auto work = [&page, &size](Session& session) {
            return size.run([&](std::int64_t at_most) { return page(session, at_most); });
        };
        const auto done = co_await database.write(std::move(work), Turn::bulk);
        total += done;
        if (done < rows) {
            co_return total;
        }
    }
}

Task<std::int64_t> in_slices(
    Database& database, std::size_t count, Turn turn,
    std::function<std::int64_t(Session&, std::size_t first, std::size_t end)> slice) {
    PageSize size(500, 64);  // things at hand are small
    std::int64_t total = 0;
    for (std::size_t first = 0; first < count;) {
        const auto end = std::min(count, first + static_cast<std::size_t>(size.rows()));
        auto work = [&](Session& session) {
            std::int64_t sum = 0;
            size.run([&](std::int64_t) {
                sum = slice(session, first, end);
                return static_cast<std::int64_t>(end - first);
            });
            return sum;
        };
        total += co_await database.write(std::move(work), turn);
        first = end;
    }
    co_return total;
}

}  // namespace tripos::sql
