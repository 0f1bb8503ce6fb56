// SPDX-License-Identifier: MIT
#pragma once
// NewsletterFanout: carries newsletters from an audience in SQL to the mail queue, without ever
// holding more than a window of them in Redis. Recipients get their rows page by page (keyset, one
// transaction each); planned mails are released as others finish; a newsletter whose mails fail too
// often pauses itself. Everything it knows is in SQL: it may die at any point, and any number of
// processes may run it.

#include <map>

#include "async/event.hpp"
#include "async/task_group.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "newsletters/breaker.hpp"
#include "newsletters/newsletter.hpp"
#include "notices/outbox.hpp"
#include "sql/database.hpp"
#include "sql/page_size.hpp"

namespace tripos::newsletters {

struct FanoutOptions {
    std::int64_t window = 2'000;  ///< mails of newsletters in outbox relay and queue, at most
    std::int64_t page = 500;      ///< rows per transaction at most; fewer where they take long
    BreakerOptions breaker;
    std::chrono::milliseconds held_pause{1'000};  ///< before a mail that was held is released again
    std::chrono::milliseconds interval{1'000};    ///< between looks while nothing is sending
    std::chrono::milliseconds busy_interval{50};  ///< while something is
    std::chrono::milliseconds count_interval{1'000};  ///< between looks at the whole progress
};

/// Confined to its context, except wake(). Delivery: each recipient's row is added and released
/// once; what happens then is the mail pipeline's promise.
class NewsletterFanout {
  public:
    NewsletterFanout(asio::any_io_executor executor, sql::Database& database,
                     const notices::Outbox& outbox, FanoutOptions options, const Clock& clock,
                     Random& random);

    void start();
    Task<> stop();
    /// A newsletter's status has changed. From any thread, while the context lives.
    void wake() { wake_.notify_from_any_thread(); }

  private:
    Task<> run();
    /// True when there is more to do at once.
    Task<bool> round();
    Task<bool> advance(const Newsletter& newsletter);
    Task<bool> plan(Newsletter newsletter);
    Task<std::int64_t> release(std::string id);
    Task<> cancel(std::string id);
    /// Looks at the progress: ends it, or trips the breaker.
    Task<> review(std::string id, bool all_found);

    sql::Database& database_;
    const notices::Outbox& outbox_;
    const FanoutOptions options_;
    sql::PageSize planned_;  ///< rows
    sql::PageSize released_rows_;
    const Clock& clock_;
    Random& random_;
    Event wake_;
    std::map<std::string, Breaker> breakers_;  ///< of newsletters that are sending
    std::chrono::steady_clock::time_point counted_at_{};
    bool is_away_ = false;  ///< for one log line per outage
    TaskGroup tasks_;       ///< last: its task uses everything above
};

}  // namespace tripos::newsletters
