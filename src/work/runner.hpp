// SPDX-License-Identifier: MIT
#pragma once
// Runner: does the work that stands in the table `work`, page by page, taking turns among the
// items.
//
// All it knows is in SQL. Any number of processes may run one: a page belongs to whoever holds the
// row while it is written, and counts only if the cursor is still where the page began. So there
// are no claims that must lapse; when a process dies, the others or its successor go on with the
// next page at once. Work of a kind that this version does not know waits for one that does.

#include <map>
#include <string>

#include "async/backoff.hpp"
#include "async/event.hpp"
#include "async/task_group.hpp"
#include "module/parts.hpp"
#include "sql/page_size.hpp"
#include "work/kind.hpp"

namespace tripos::work {

struct RunnerOptions {
    /// Between looks while there is nothing to do: after a crash of another process, or for work
    /// that waits for something.
    std::chrono::milliseconds interval{500};
};

/// Confined to the background context, except put().
class Runner {
  public:
    explicit Runner(const Parts& parts, RunnerOptions options = {});

    /// Before start(). Requires: no other of that name.
    void add(Kind kind);
    void start();
    /// After the page that is being written. Twice is fine.
    Task<> stop();

    /// Adds the item in the caller's transaction, that of the act which asks for it, and begins
    /// when that is durable. The caller may have done the first page: what is small is over then.
    void put(sql::Session& session, const Item& item);

    /// Of work that restored data has as open: what writes mails is done without them, or not at
    /// all; how many items. Requires: it has not been started.
    Task<std::int64_t> drop_mails(Timestamp begun_before);

  private:
    Task<> run();
    /// A page of each open item; true when there is more to do at once.
    Task<bool> round();
    /// The same for one item, whose failure is its own unless the database is away.
    Task<bool> try_page(Item item, const Kind& kind);
    Task<bool> do_page(Item item, const Kind& kind);

    const Parts parts_;
    const RunnerOptions options_;
    std::map<std::string, Kind> kinds_;
    std::map<std::string, sql::PageSize> sizes_;  ///< of the kinds
    Backoff outage_;
    Event wake_;
    TaskGroup tasks_;  ///< last: its task uses everything above
};

}  // namespace tripos::work
