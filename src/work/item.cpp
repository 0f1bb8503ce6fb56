// SPDX-License-Identifier: MIT
#include "work/item.hpp"

#include <algorithm>

namespace tripos::work {

void advance(Item& item, const Page& page, Timestamp now) {
    item.cursor = page.cursor;
    item.done += page.done;
    item.changed += page.changed;
    item.total = std::max(item.total, item.done);
    item.problem.clear();
    if (page.is_last) {
        item.total = item.done;
        item.finished_at = now;
    }
}

}  // namespace tripos::work
