// SPDX-License-Identifier: MIT
#include "app/invalidation_log.hpp"

#include "telemetry/log.hpp"

namespace tripos::app {

namespace {

/// What stands in a row twice in such an interval was forgotten: a confirmed invalidation takes
/// milliseconds.
constexpr std::chrono::milliseconds kInterval{500};

// number and oldest: of the announcements in the record; repeated: up to this one others have done
// it.
constexpr std::string_view kTable = R"(
CREATE TABLE pending_invalidations (
    id BIGINT PRIMARY KEY,
    oldest BIGINT NOT NULL,
    newest BIGINT NOT NULL,
    repeated BIGINT NOT NULL,
    record TEXT NOT NULL
))";

std::int64_t any_id(Random& random) {
    constexpr std::uint32_t kHalf = 1U << 31;
    return static_cast<std::int64_t>(random.below(kHalf)) << 31 | random.below(kHalf);
}

}  // namespace

std::vector<sql::Migration> InvalidationLog::migrations() {
    return {sql::Migration{.module = "cache", .number = 1, .statements = kTable}};
}

InvalidationLog::InvalidationLog(const Parts& parts)
    : database_(parts.database),
      cache_(parts.cache),
      id_(any_id(parts.random)),
      group_(parts.background.get_executor()) {
    database_.before_commit([this](sql::Session& session) { write_row(session); });
}

InvalidationLog::~InvalidationLog() {
    database_.before_commit(nullptr);
}

void InvalidationLog::write_row(sql::Session& session) const {
    const auto row = cache_.pending().row();
    if (row) {
        session.execute(
            "INSERT INTO pending_invalidations (id, oldest, newest, repeated, record) "
            "VALUES ($1, $2, $3, 0, $4) ON CONFLICT (id) DO UPDATE SET oldest = excluded.oldest, "
            "newest = excluded.newest, record = excluded.record",
            id_, static_cast<std::int64_t>(row->oldest), static_cast<std::int64_t>(row->newest),
            row->record);
    }
}

Task<> InvalidationLog::start() {
    co_await look_at_rows();
    takes_all_ = false;
    group_.spawn("invalidation log", keep_on());
}

Task<> InvalidationLog::stop(std::chrono::milliseconds) {
    return group_.stop();
}

Task<> InvalidationLog::keep_on() {
    for (;;) {
        co_await sleep_for(kInterval);
        try {
            co_await repeat_own();
            co_await look_at_rows();
        } catch (const SystemError& failure) {
            log::debug("cache", "the log of invalidations is looked at again later",
                       {{"what", failure.what()}});
        }
    }
}

Task<> InvalidationLog::repeat_own() {
    auto& pending = cache_.pending();
    auto old = pending.older_than(kInterval);
    if (!old.empty()) {
        // Writes are done in turn: after this one no transaction is open that announced them. One
        // repeated before its COMMIT would be forgotten, and what is read in between kept.
        auto take_turn = [](sql::Session&) {};
        co_await database_.write(std::move(take_turn));
    }
    for (auto& [number, record] : old) {
        const bool is_confirmed = co_await cache_.replay(std::move(record));
        if (!is_confirmed) {
            break;
        }
        pending.done(number);
    }
    if (pending.wants_removal()) {
        auto tidy = [this, &pending](sql::Session& session) {
            session.execute("DELETE FROM pending_invalidations WHERE id = $1", id_);
            pending.removed();
        };
        co_await database_.write(std::move(tidy));
    }
}

/// A row whose first announcement was there a round ago is due. One that has been repeated to its
/// end and has not changed since is of a server that is no more, or idle.
Task<> InvalidationLog::look_at_rows() {
    auto read = [](sql::Session& session) {
        return session.query(
            "SELECT id, oldest, newest, repeated, record FROM pending_invalidations");
    };
    const auto rows = co_await database_.read(std::move(read));
    const auto before = std::exchange(seen_, {});
    std::vector<std::int64_t> over;
    for (const auto& row : rows) {
        const auto id = row.integer(0);
        const Seen seen{.oldest = row.integer(1), .newest = row.integer(2)};
        const auto repeated = row.integer(3);
        if (id == id_) {
            cache_.pending().done_through(static_cast<cache::Pending::Number>(repeated));
            continue;
        }
        const auto known = before.find(id);
        const bool stood = known != before.end() && known->second.oldest == seen.oldest;
        const bool is_done = repeated >= seen.newest || row.text(4).empty();
        if (!is_done && (stood || takes_all_)) {
            due_.push_back({.id = id, .record = row.text(4)});
        } else if (is_done && stood && known->second.newest == seen.newest) {
            over.push_back(id);
        }
        seen_.emplace(id, seen);
    }
    if (!due_.empty()) {
        const auto count = co_await relay(cache_, *this);
        log::info("cache", "repeated what another server could not invalidate",
                  {{"rows", std::uint64_t{count}}});
    }
    if (!over.empty()) {
        auto erase = [this, &over](sql::Session& session) {
            for (const auto id : over) {
                session.execute("DELETE FROM pending_invalidations WHERE id = $1 AND newest = $2",
                                id, seen_.at(id).newest);
            }
        };
        co_await database_.write(std::move(erase));
    }
}

Task<std::vector<cache::OutboxRow>> InvalidationLog::oldest(std::size_t) {
    co_return std::exchange(due_, {});
}

Task<> InvalidationLog::remove(std::vector<std::int64_t> ids) {
    auto mark = [this, &ids](sql::Session& session) {
        for (const auto id : ids) {
            session.execute("UPDATE pending_invalidations SET repeated = $2 WHERE id = $1", id,
                            seen_.at(id).newest);
        }
    };
    co_await database_.write(std::move(mark));
}

}  // namespace tripos::app
