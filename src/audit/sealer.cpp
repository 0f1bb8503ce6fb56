// SPDX-License-Identifier: MIT
#include "audit/sealer.hpp"

#include "audit/chain.hpp"
#include "audit/knocks.hpp"
#include "audit/trail.hpp"
#include "sql/in_pages.hpp"
#include "telemetry/log.hpp"

namespace tripos::audit {

namespace {

constexpr std::chrono::seconds kInterval{1};
constexpr std::int64_t kPage = 1000;

/// Goes on with the entries from where `verdict` is; false: there are no more, or one is wrong.
bool check_page(const std::vector<StoredEntry>& page, const Head& end, Verdict& verdict) {
    for (const auto& stored : page) {
        const auto next = verdict.sealed + 1;
        if (*stored.number != next) {
            verdict.problem = "entry " + std::to_string(next) + " is missing";
            return false;
        }
        if (seal_of(verdict.seal, stored) != stored.seal) {
            verdict.problem =
                "entry " + std::to_string(next) + " (" + stored.id +
                ") is not as it was written, or one was put in or taken out before it";
            return false;
        }
        if (next == end.number && stored.seal != end.seal) {
            verdict.problem = "entry " + std::to_string(next) + " (" + stored.id +
                              ") was sealed anew after it was written";
            return false;
        }
        verdict.sealed = next;
        verdict.seal = stored.seal;
    }
    return !page.empty();
}

}  // namespace

Sealer::Sealer(sql::Database& database, const Clock& clock, Random& random, Metrics& metrics,
               asio::io_context& context)
    : database_(database),
      clock_(clock),
      random_(random),
      entries_(metrics.gauge("tripos_audit_entries", "Sealed entries of the trail of audit")),
      pause_(context.get_executor()),
      tasks_(context.get_executor()) {}

void Sealer::start() {
    tasks_.spawn("audit.sealer", run());
}

Task<> Sealer::stop() {
    co_await tasks_.stop();
}

Task<> Sealer::seal_all() {
    auto look_at_knocks = [now = clock_.now()](sql::Session& session) {
        return has_finished_knocks(session, now);
    };
    const bool is_counted = co_await database_.read(std::move(look_at_knocks));
    if (is_counted) {
        std::function<std::int64_t(sql::Session&, std::int64_t)> finish =
            [this, now = clock_.now()](sql::Session& session, std::int64_t rows) {
                return finish_knocks(session, now, random_, rows);
            };
        co_await sql::in_pages(database_, std::move(finish));
    }
    auto look = [](sql::Session& session) {
        return std::pair(count_unsealed(session), head(session).number);
    };
    const auto [waiting, sealed] = co_await database_.read(std::move(look));
    entries_.set(static_cast<double>(sealed));
    if (waiting == 0) {
        co_return;
    }
    std::function<std::int64_t(sql::Session&, std::int64_t)> page = seal;
    co_await sql::in_pages(database_, std::move(page));
    auto read_head = [](sql::Session& session) { return head(session); };
    const auto end = co_await database_.read(std::move(read_head));
    entries_.set(static_cast<double>(end.number));
    // Whoever rewrites the whole chain does not reach this line.
    log::info("audit", "sealed", {{"number", end.number}, {"seal", end.seal}});
}

Task<> Sealer::run() {
    for (;;) {
        co_await round();
        co_await pause_.wait_for(kInterval);
    }
}

Task<bool> Sealer::round() {
    std::string problem;
    try {
        co_await seal_all();
    } catch (const SystemError& failure) {
        // The loop of a service is an edge: the database comes back, and so must we.
        problem = failure.what();
    }
    if (!problem.empty() && !is_failing_) {
        log::warn("audit", "sealing waits for the database", {{"what", problem}});
    }
    is_failing_ = !problem.empty();
    co_return problem.empty();
}

Task<Verdict> verify(sql::Database& database) {
    auto look = [](sql::Session& session) {
        return std::pair(head(session), count_unsealed(session));
    };
    const auto [end, unsealed] = co_await database.read(std::move(look));
    Verdict verdict{.unsealed = unsealed};
    for (bool goes_on = true; goes_on;) {
        auto next = [&verdict](sql::Session& session) {
            return sealed_after(session, verdict.sealed, kPage);
        };
        const auto page = co_await database.read(std::move(next));
        goes_on = check_page(page, end, verdict);
    }
    // What was sealed since is fine; what is gone from the end is not.
    if (verdict.problem.empty() && verdict.sealed < end.number) {
        verdict.problem = "entry " + std::to_string(verdict.sealed + 1) + " is missing";
    }
    if (verdict.problem.empty() && end.number == 0 && verdict.sealed > 0) {
        verdict.problem = "the end of the chain is not recorded any more";
    }
    co_return verdict;
}

}  // namespace tripos::audit
