// SPDX-License-Identifier: MIT
#include "audit/trail.hpp"

#include <atomic>
#include <memory>

#include "audit/chain.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "telemetry/log.hpp"

namespace tripos::audit {

namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE audit_entries (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    request_id TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    part_of TEXT NOT NULL,
    before_act TEXT NOT NULL,
    after_act TEXT NOT NULL,
    number BIGINT UNIQUE,
    seal TEXT
);
CREATE INDEX audit_entries_unsealed ON audit_entries (id) WHERE number IS NULL;
CREATE INDEX audit_entries_by_time ON audit_entries (at, id);
CREATE INDEX audit_entries_by_subject ON audit_entries (subject, at);
CREATE INDEX audit_entries_by_whole ON audit_entries (part_of, at);
CREATE INDEX audit_entries_by_actor ON audit_entries (actor, at);
CREATE TABLE audit_head (
    id INTEGER PRIMARY KEY,
    number BIGINT NOT NULL,
    seal TEXT NOT NULL
);
INSERT INTO audit_head (id, number, seal) VALUES (1, 0, '')
)";

constexpr std::string_view kKnocks = R"(
CREATE TABLE audit_knocks (
    id TEXT PRIMARY KEY,
    ends_at BIGINT NOT NULL,
    action TEXT NOT NULL,
    client TEXT NOT NULL,
    actor TEXT NOT NULL,
    subject TEXT NOT NULL,
    code TEXT NOT NULL,
    address TEXT NOT NULL,
    device TEXT NOT NULL,
    times BIGINT NOT NULL,
    UNIQUE (ends_at, action, client, actor, subject, code)
);
CREATE TABLE audit_knock_days (
    action TEXT NOT NULL,
    day BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    PRIMARY KEY (action, day)
)
)";

// By `seal`, which stands in no other index: for `number IS NULL` SQLite takes that of the
// constraint rather than audit_entries_unsealed, and sorts all that wait for each page of them. The
// old one stays: on PostgreSQL to drop it would wait for every reader, a dump say, and hold up
// all acts meanwhile.
constexpr std::string_view kWaiting =
    "CREATE INDEX audit_entries_waiting ON audit_entries (id) WHERE seal IS NULL";

const std::string kColumns =
    "id, at, actor, address, device, request_id, action, subject, part_of, before_act, after_act";
const std::string kSelect = "SELECT " + kColumns + ", number, seal FROM audit_entries ";

/// The conditions of a filter, and what stands for their parameters.
struct Where {
    std::string text;
    std::vector<sql::Value> values;

    template <class T>
    std::string parameter(const T& value) {
        values.push_back(sql::to_value(value));
        return "$" + std::to_string(values.size());
    }
    void add(const std::string& condition) {
        text += (text.empty() ? "WHERE " : "AND ") + condition + ' ';
    }
};

Where where(const Filter& filter) {
    Where where;
    if (!filter.actor.empty()) {
        where.add("actor = " + where.parameter(filter.actor));
    }
    if (!filter.action.empty()) {
        const auto beginning = filter.action + '.';  // no LIKE: SQLite's knows no case
        where.add("(action = " + where.parameter(filter.action) + " OR substr(action, 1, " +
                  std::to_string(utf8_length(beginning)) + ") = " + where.parameter(beginning) +
                  ")");
    }
    if (!filter.about.empty()) {
        const auto about = where.parameter(filter.about);
        where.add("(subject = " + about + " OR part_of = " + about + ")");
    }
    if (filter.since) {
        where.add("at >= " + where.parameter(*filter.since));
    }
    if (filter.until) {
        where.add("at < " + where.parameter(*filter.until));
    }
    return where;
}

std::vector<StoredEntry> read(const std::vector<sql::Row>& rows) {
    std::vector<StoredEntry> entries;
    entries.reserve(rows.size());
    for (const auto& row : rows) {
        auto& stored = entries.emplace_back();
        std::size_t at = 0;
        stored.id = row.text(at++);
        stored.at = row.time(at++);
        for (auto* const text : texts_of(stored)) {
            *text = row.text(at++);
        }
        stored.number = row.maybe_integer(at++);
        stored.seal = row.maybe_text(at).value_or("");
    }
    return entries;
}

bool concerns_security(const Entry& entry) {
    return entry.action.starts_with("auth.") || entry.action.starts_with("account.");
}

}  // namespace

void log_with_commit(sql::Session& session, const Actor& actor, const Entry& entry) {
    if (!concerns_security(entry)) {
        return;
    }
    const auto said = std::make_shared<const std::pair<Actor, Entry>>(actor, entry);
    session.on_commit(said.get(), [said] {
        const auto& [who, what] = *said;
        log::info("audit", "security event",
                  {{"action", what.action},
                   {"actor", who.id},
                   {"subject", what.subject},
                   {"address", who.address},
                   {"requestId", who.request_id}});
    });
}

std::string next_id(Timestamp now, Random& random) {
    constexpr int kBits = 12;  // behind the milliseconds, where a UUID of version 7 may count
    static std::atomic<std::uint64_t> last{0};
    const auto earliest = static_cast<std::uint64_t>(to_millis(now)) << kBits;
    auto before = last.load();
    auto place = std::max(before + 1, earliest);
    while (!last.compare_exchange_weak(before, place)) {
        place = std::max(before + 1, earliest);
    }
    auto id = new_id(from_millis(static_cast<std::int64_t>(place >> kBits)), random);
    for (std::size_t i = 0; i < 3; ++i) {
        id[15 + i] = "0123456789abcdef"[place >> (8 - 4 * i) & 0xF];
    }
    return id;
}

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "audit", .number = 1, .statements = kTables},
            sql::Migration{.module = "audit", .number = 2, .statements = kKnocks},
            sql::Migration{.module = "audit", .number = 3, .statements = kWaiting}};
}

void append(sql::Session& session, Timestamp now, Random& random, const Actor& actor,
            const Entry& entry) {
    append(session, {.id = next_id(now, random), .at = now, .actor = actor, .entry = entry});
    log_with_commit(session, actor, entry);
}

void append(sql::Session& session, const StoredEntry& stored) {
    static const auto statement = "INSERT INTO audit_entries (" + kColumns +
                                  ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
    std::vector<sql::Value> values{stored.id, to_millis(stored.at)};
    for (const auto* const text : texts_of(stored)) {
        values.emplace_back(*text);
    }
    session.run(statement, values);
}

std::vector<StoredEntry> list(sql::Session& session, const Filter& filter, std::int64_t limit,
                              std::int64_t offset) {
    auto matching = where(filter);
    const auto rows = matching.parameter(limit);
    const auto skipped = matching.parameter(offset);
    return read(session.run(
        kSelect + matching.text + "ORDER BY at DESC, id DESC LIMIT " + rows + " OFFSET " + skipped,
        matching.values));
}

std::int64_t count(sql::Session& session, const Filter& filter) {
    const auto matching = where(filter);
    return session.run("SELECT COUNT(*) FROM audit_entries " + matching.text, matching.values)
        .front()
        .integer(0);
}

Head head(sql::Session& session) {
    const auto row = session.query_one("SELECT number, seal FROM audit_head WHERE id = 1");
    return row ? Head{.number = row->integer(0), .seal = row->text(1)} : Head();
}

std::int64_t count_unsealed(sql::Session& session) {
    return session.query_one("SELECT COUNT(*) FROM audit_entries WHERE seal IS NULL")->integer(0);
}

std::int64_t seal(sql::Session& session, std::int64_t rows) {
    session.query(
        sql::locking(session, "SELECT number FROM audit_head WHERE id = 1", "FOR UPDATE"));
    auto end = head(session);
    static const auto unsealed = kSelect + "WHERE seal IS NULL ORDER BY id LIMIT $1";
    auto entries = read(session.query(unsealed, rows));
    for (auto& stored : entries) {
        stored.number = ++end.number;
        end.seal = seal_of(end.seal, stored);
        session.execute("UPDATE audit_entries SET number = $2, seal = $3 WHERE id = $1", stored.id,
                        end.number, end.seal);
    }
    if (!entries.empty()) {
        session.execute("UPDATE audit_head SET number = $1, seal = $2 WHERE id = 1", end.number,
                        end.seal);
    }
    return static_cast<std::int64_t>(entries.size());
}

std::vector<StoredEntry> sealed_after(sql::Session& session, std::int64_t number,
                                      std::int64_t limit) {
    static const auto statement = kSelect + "WHERE number > $1 ORDER BY number LIMIT $2";
    return read(session.query(statement, number, limit));
}

}  // namespace tripos::audit
