// SPDX-License-Identifier: MIT
#pragma once
// AttemptFinisher: ends attempts whose time has passed - for the deadline loop in batches, and for
// a request that meets one first - and makes the end of any attempt known to the cache and the
// metrics.

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "attempts/attempt.hpp"
#include "attempts/attempt_keys.hpp"
#include "module/parts.hpp"
#include "sql/page_size.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::attempts {

/// Counters of attempts; the same objects wherever they are asked for.
struct AttemptMetrics {
    explicit AttemptMetrics(Metrics& metrics);

    Counter& started;
    Counter& submitted;
    Counter& auto_submitted;
    Counter& saves;
    Gauge& deadline_lag;  ///< seconds from the earliest deadline of the last batch to its end
};

/// How attempts ended, and by whom.
struct Ending {
    Counter& counter;
    const char* action;  ///< for the trail of audit
    audit::Actor actor;
};

/// Thread-safe.
class AttemptFinisher {
  public:
    static constexpr std::size_t kNamed = 32;  ///< so many attempts are invalidated by key

    /// `grace`: so long after its deadline an attempt still takes what arrived in time.
    /// `is_held`: while it says so no request ends an attempt whose time is over.
    AttemptFinisher(const Parts& parts, const AttemptKeys& keys, std::chrono::milliseconds grace,
                    std::function<bool()> is_held)
        : parts_(parts),
          keys_(keys),
          grace_(grace),
          is_held_(std::move(is_held)),
          metrics_(parts.metrics) {}

    /// What else is cached of an attempt, by those above. Requires: before the first request.
    using Names = std::function<void(cache::WriteScope&, const Attempt&)>;
    void also_name(Names names) { also_ = std::move(names); }

    struct Report {
        std::size_t finished = 0;
        std::optional<Timestamp> next_deadline;  ///< of the attempts that still run
    };

    /// Ends and grades every attempt whose deadline passed a grace ago, page by page. Costs one
    /// read when there is none.
    Task<Report> finish_due();

    /// The same for one candidate's attempt, unless all are held.
    Task<> finish_due_of(std::string exam_id, std::string user_id);

    /// Ends and grades at most `rows` attempts of a closed exam, in the caller's transaction; how
    /// many.
    std::int64_t finish_closed(sql::Session& session, Writes& writes, const std::string& exam_id,
                               std::int64_t rows) const;

    std::chrono::milliseconds grace() const { return grace_; }

    /// In the transaction that has ended these attempts: grades them, names them to the cache, and
    /// counts them once that is durable.
    void conclude(sql::Session& session, Writes& writes, const std::vector<Attempt>& ended,
                  const Ending& how) const;

    /// In the transaction that changes them: what the cache knows of these attempts will end.
    void name(cache::WriteScope& writes, const std::vector<Attempt>& attempts) const;

  private:
    Ending at_deadline() const;
    /// Returns when the writes that were asked for before it are done. A page is bulk work, which
    /// goes before urgent writes when it has waited for long: without this an attempt could end
    /// before a save that arrived in time and has waited for longer than the grace.
    Task<> behind_earlier_writes();
    Task<std::size_t> finish_page(Timestamp due, sql::PageSize& size);

    const Parts parts_;
    const AttemptKeys& keys_;
    const std::chrono::milliseconds grace_;
    const std::function<bool()> is_held_;
    const AttemptMetrics metrics_;
    Names also_ = [](cache::WriteScope&, const Attempt&) {};
};

}  // namespace tripos::attempts
