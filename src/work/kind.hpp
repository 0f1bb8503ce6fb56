// SPDX-License-Identifier: MIT
#pragma once
// Kind: what the pages of one kind of work do.

#include <functional>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "module/parts.hpp"
#include "work/item.hpp"

namespace tripos::work {

/// One page, ready to be written: runs on the writer lane in the transaction that moves the cursor,
/// so its rows and the progress are durable together, or neither. Short (sql::kWriteLimit); may run
/// twice, like every write. What it names in the scope is invalidated afterwards; what else is to
/// happen then, it leaves to Writes::after_commit.
using PageWrite = std::function<Page(sql::Session&, Writes&)>;

struct Kind {
    std::string name;
    /// Of one that writes mails: the kind that does the rest of it, empty when there is no rest.
    std::optional<std::string> without_mails = {};
    /// Prepares the page that begins at the item's cursor, with so many rows at most. What has to
    /// be looked for is looked for here, on a reader, however long it takes. An empty function: not
    /// now, the work waits for something.
    std::function<Task<PageWrite>(Item, std::int64_t rows)> prepare;
};

}  // namespace tripos::work
