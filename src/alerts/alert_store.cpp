// SPDX-License-Identifier: MIT
#include "alerts/alert_store.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value_from.hpp>
#include <boost/json/value_to.hpp>

namespace tripos::alerts::alert_store {

namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE alert_notes (
    rule TEXT NOT NULL,
    labels TEXT NOT NULL,
    since BIGINT NOT NULL,
    fired_at BIGINT NOT NULL,
    told_at BIGINT,
    ended_at BIGINT,
    PRIMARY KEY (rule, labels)
);
CREATE TABLE alert_silences (
    id TEXT PRIMARY KEY,
    rule TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    why TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE alert_lease (
    id BIGINT PRIMARY KEY,
    holder TEXT NOT NULL,
    until_at BIGINT NOT NULL
))";

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "alerts", .number = 1, .statements = kTables}};
}

Notes load_notes(sql::Session& session) {
    Notes notes;
    for (const auto& row : session.query(
             "SELECT rule, labels, since, fired_at, told_at, ended_at FROM alert_notes")) {
        AlertKey key{.rule = row.text(0),
                     .labels = boost::json::value_to<Labels>(boost::json::parse(row.text(1)))};
        if (find_rule(key.rule) != nullptr) {
            notes.emplace(std::move(key), Note{.since = row.time(2),
                                               .fired_at = row.time(3),
                                               .told_at = row.maybe_time(4),
                                               .ended_at = row.maybe_time(5)});
        }
    }
    return notes;
}

void save_notes(sql::Session& session, const Notes& notes) {
    session.execute("DELETE FROM alert_notes");
    for (const auto& [key, note] : notes) {
        session.execute(
            "INSERT INTO alert_notes (rule, labels, since, fired_at, told_at, ended_at) "
            "VALUES ($1, $2, $3, $4, $5, $6)",
            key.rule, boost::json::serialize(boost::json::value_from(key.labels)), note.since,
            note.fired_at, note.told_at, note.ended_at);
    }
}

void add_silence(sql::Session& session, const Silence& silence) {
    session.execute("DELETE FROM alert_silences WHERE until_at <= $1", silence.created_at);
    session.execute(
        "INSERT INTO alert_silences (id, rule, until_at, why, created_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        silence.id, silence.rule, silence.until, silence.why, silence.created_at);
}

bool end_silence(sql::Session& session, const std::string& id, Timestamp now) {
    return session.execute("DELETE FROM alert_silences WHERE id = $1 AND until_at > $2", id, now) >
           0;
}

std::vector<Silence> list_silences(sql::Session& session, Timestamp now) {
    std::vector<Silence> silences;
    for (const auto& row :
         session.query("SELECT id, rule, until_at, why, created_at FROM alert_silences "
                       "WHERE until_at > $1 ORDER BY until_at, id",
                       now)) {
        silences.push_back({.id = row.text(0),
                            .rule = row.text(1),
                            .until = row.time(2),
                            .why = row.text(3),
                            .created_at = row.time(4)});
    }
    return silences;
}

bool take_lease(sql::Session& session, const std::string& holder, Timestamp now, Timestamp until) {
    return session.execute(
               "INSERT INTO alert_lease (id, holder, until_at) VALUES (1, $1, $3) "
               "ON CONFLICT (id) DO UPDATE SET holder = excluded.holder, "
               "until_at = excluded.until_at "
               "WHERE alert_lease.holder = $1 OR alert_lease.until_at <= $2",
               holder, now, until) > 0;
}

void give_up_lease(sql::Session& session, const std::string& holder) {
    session.execute("DELETE FROM alert_lease WHERE holder = $1", holder);
}

}  // namespace tripos::alerts::alert_store
