// SPDX-License-Identifier: MIT
#include "attempts/answer_store.hpp"

#include "attempts/attempt.hpp"
#include "core/assert.hpp"
#include "core/failpoint.hpp"
#include "core/text.hpp"

namespace tripos::attempts::answer_store {

namespace {

// What was saved before is the first version.
constexpr std::string_view kVersions = R"(
CREATE TABLE answer_versions (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    question_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    option_ids TEXT,
    number TEXT,
    flagged BIGINT NOT NULL,
    client_id TEXT,
    address TEXT,
    arrived_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, question_id, revision)
);
INSERT INTO answer_versions
    (attempt_id, question_id, revision, option_ids, number, flagged, arrived_at)
    SELECT attempt_id, question_id, 1, option_ids, number, 0, saved_at FROM answers;
DROP TABLE answers
)";

// As the columns of every entity are: a list has a line for each, and what is empty is no NULL.
constexpr std::string_view kPlain = R"(
UPDATE answer_versions SET option_ids = REPLACE(COALESCE(option_ids, ''), ',', '
'), client_id = COALESCE(client_id, ''), address = COALESCE(address, '')
)";

// The version that counts, and those that did. These lie where their successors arrived: a log that
// grows at its end, whosever they are, while an answer that is saved again stays in its place.
constexpr std::string_view kLog = R"(
CREATE TABLE answers (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    question_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    option_ids TEXT NOT NULL,
    number TEXT,
    flagged BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    address TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, question_id)
);
CREATE TABLE answer_log (
    replaced_at BIGINT NOT NULL,
    attempt_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    option_ids TEXT NOT NULL,
    number TEXT,
    flagged BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    address TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    PRIMARY KEY (replaced_at, attempt_id, question_id, revision)
);
INSERT INTO answers (attempt_id, question_id, revision, option_ids, number, flagged, client_id,
    address, arrived_at)
    SELECT attempt_id, question_id, revision, option_ids, number, flagged, client_id, address,
    arrived_at FROM answer_versions v WHERE NOT EXISTS (SELECT 1 FROM answer_versions w
    WHERE w.attempt_id = v.attempt_id AND w.question_id = v.question_id
    AND w.revision > v.revision);
INSERT INTO answer_log (replaced_at, attempt_id, question_id, revision, option_ids, number,
    flagged, client_id, address, arrived_at)
    SELECT n.arrived_at, v.attempt_id, v.question_id, v.revision, v.option_ids, v.number,
    v.flagged, v.client_id, v.address, v.arrived_at
    FROM answer_versions v JOIN answer_versions n ON n.attempt_id = v.attempt_id
    AND n.question_id = v.question_id AND n.revision = (SELECT MIN(w.revision)
    FROM answer_versions w WHERE w.attempt_id = v.attempt_id AND w.question_id = v.question_id
    AND w.revision > v.revision);
DROP TABLE answer_versions
)";

// A version says where the one before it lies. Only its end grows, and the one index with it, which
// is all that looks it up.
constexpr std::string_view kHistory = R"(
ALTER TABLE answers ADD COLUMN former_at BIGINT NOT NULL DEFAULT 0;
UPDATE answers SET former_at = arrived_at WHERE revision > 1;
CREATE TABLE answer_history (
    replaced_at BIGINT NOT NULL,
    attempt_id TEXT NOT NULL,
    question_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    option_ids TEXT NOT NULL,
    number TEXT,
    flagged BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    address TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    former_at BIGINT NOT NULL
);
INSERT INTO answer_history (replaced_at, attempt_id, question_id, revision, option_ids, number,
    flagged, client_id, address, arrived_at, former_at)
    SELECT replaced_at, attempt_id, question_id, revision, option_ids, number, flagged, client_id,
    address, arrived_at, CASE WHEN revision > 1 THEN arrived_at ELSE 0 END FROM answer_log
    ORDER BY replaced_at;
DROP TABLE answer_log;
CREATE INDEX answer_history_replaced_at ON answer_history (replaced_at)
)";

// An answer has a number, by which its history names it: a row of it is half as long as with the
// ids of attempt and question.
constexpr std::string_view kNumbers = R"(
ALTER TABLE answers RENAME TO former_answers;
CREATE TABLE answers (
    id ROW_KEY PRIMARY KEY,
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    question_id TEXT NOT NULL,
    option_ids TEXT NOT NULL,
    number TEXT,
    revision BIGINT NOT NULL,
    flagged BIGINT NOT NULL,
    arrived_at BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    address TEXT NOT NULL,
    former_at BIGINT NOT NULL,
    UNIQUE (attempt_id, question_id)
);
INSERT INTO answers (attempt_id, question_id, option_ids, number, revision, flagged, arrived_at,
    client_id, address, former_at)
    SELECT attempt_id, question_id, option_ids, number, revision, flagged, arrived_at, client_id,
    address, former_at FROM former_answers ORDER BY attempt_id, question_id;
DROP TABLE former_answers;
ALTER TABLE answer_history RENAME TO former_history;
CREATE TABLE answer_history (
    replaced_at BIGINT NOT NULL,
    answer BIGINT NOT NULL,
    option_ids TEXT NOT NULL,
    number TEXT,
    revision BIGINT NOT NULL,
    flagged BIGINT NOT NULL,
    arrived_at BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    address TEXT NOT NULL,
    former_at BIGINT NOT NULL
);
INSERT INTO answer_history (replaced_at, answer, option_ids, number, revision, flagged, arrived_at,
    client_id, address, former_at)
    SELECT l.replaced_at, v.id, l.option_ids, l.number, l.revision, l.flagged, l.arrived_at,
    l.client_id, l.address, l.former_at FROM former_history l JOIN answers v
    ON v.attempt_id = l.attempt_id AND v.question_id = l.question_id ORDER BY l.replaced_at;
DROP TABLE former_history;
CREATE INDEX answer_history_replaced_at ON answer_history (replaced_at)
)";

// A version names the one before it by its row: no index is kept for a log that only grows. None is
// a number that no row has, and that is as long as theirs will be: what is saved again splits no
// page.
constexpr std::string_view kLinks = R"(
ALTER TABLE answers ADD COLUMN former BIGINT NOT NULL DEFAULT -1099511627776;
DROP INDEX answer_history_replaced_at;
ALTER TABLE answer_history RENAME TO former_history;
CREATE TABLE answer_history (
    id ROW_KEY PRIMARY KEY,
    answer BIGINT NOT NULL,
    option_ids TEXT NOT NULL,
    number TEXT,
    revision BIGINT NOT NULL,
    flagged BIGINT NOT NULL,
    arrived_at BIGINT NOT NULL,
    client_id TEXT NOT NULL,
    address TEXT NOT NULL,
    former BIGINT NOT NULL DEFAULT -1099511627776,
    former_at BIGINT NOT NULL,
    replaced_at BIGINT NOT NULL
);
INSERT INTO answer_history (answer, option_ids, number, revision, flagged, arrived_at, client_id,
    address, former_at, replaced_at)
    SELECT answer, option_ids, number, revision, flagged, arrived_at, client_id, address,
    former_at, replaced_at FROM former_history ORDER BY replaced_at, revision;
DROP TABLE former_history;
CREATE INDEX answer_history_links ON answer_history (answer, replaced_at);
UPDATE answer_history SET former = COALESCE((SELECT MAX(f.id) FROM answer_history f
    WHERE f.answer = answer_history.answer AND f.replaced_at = answer_history.former_at
    AND f.revision < answer_history.revision), former);
UPDATE answers SET former = COALESCE((SELECT MAX(f.id) FROM answer_history f
    WHERE f.answer = answers.id AND f.replaced_at = answers.former_at
    AND f.revision < answers.revision), former);
DROP INDEX answer_history_links;
ALTER TABLE answer_history DROP COLUMN former_at;
ALTER TABLE answer_history DROP COLUMN replaced_at;
ALTER TABLE answers DROP COLUMN former_at
)";

template <class Members>
std::vector<std::string> names_with_version(const Members& members) {
    auto names = entity::column_names(members);
    const auto more = entity::column_names(kVersionMembers);
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

/// Of answers, as read_version() reads them; answer_history lacks the question.
std::vector<std::string> column_names() {
    return names_with_version(kAnswerMembers);
}

std::vector<std::string> history_names() {
    return names_with_version(kContentMembers);
}

/// Of answers v, or what is called so.
const std::string kColumns = "v." + join(column_names(), ", v.");

/// The row of an answer; 0: there is none, and nothing was saved yet.
struct Stored {
    std::int64_t id = 0;
    std::int64_t former = 0;  ///< the row of the history before it; none, if there is no such row
    AnswerVersion version;    ///< its question is the one that was asked for
};

/// As read_stored() reads them.
const std::string kStoredColumns = "v.id, v.former, v." + join(history_names(), ", v.");

/// What is found for a save: the attempt takes it, and this is what counts so far.
struct Target {
    std::string attempt_id;
    Deadline deadline;
    Stored current;
};

constexpr auto kTargetMembers = entity::only(kMembers, &Attempt::id, &Attempt::deadline_at,
                                             &Attempt::deadline_reason, &Attempt::extra_time);

/// `members`: of the answer.
template <class Members>
AnswerVersion read_version(const sql::Row& row, const Members& members, std::size_t first) {
    auto version = entity::read<AnswerVersion>(row, kVersionMembers, first + Members::kSize);
    version.answer = entity::read<Answer>(row, members, first);
    return version;
}

Stored read_stored(const sql::Row& row, std::size_t first) {
    const auto id = row.maybe_integer(first);
    return id ? Stored{.id = *id,
                       .former = row.integer(first + 1),
                       .version = read_version(row, kContentMembers, first + 2)}
              : Stored();
}

std::vector<AnswerVersion> read_versions(const std::vector<sql::Row>& rows) {
    std::vector<AnswerVersion> versions;
    versions.reserve(rows.size());
    for (const auto& row : rows) {
        versions.push_back(read_version(row, kAnswerMembers, 0));
    }
    return versions;
}

std::optional<Target> find_target(sql::Session& session, const std::string& exam_id,
                                  const std::string& user_id, const std::string& question_id,
                                  Timestamp arrived_at) {
    static const std::string on_sqlite =
        "SELECT a." + join(entity::column_names(kTargetMembers), ", a.") + ", c.closed_at, " +
        kStoredColumns +
        " FROM attempts a LEFT JOIN closed_exams c ON c.exam_id = a.exam_id "
        "AND c.closed_at > a.reopened_at AND c.closed_at < a.deadline_at "
        "LEFT JOIN answers v ON v.attempt_id = a.id AND v.question_id = $3 "
        "WHERE a.user_id = $1 AND a.exam_id = $2 AND a.void_at IS NULL "
        "AND a.status = 'IN_PROGRESS' AND a.deadline_at > $4 "
        "AND (c.closed_at IS NULL OR c.closed_at > $4)";
    // PostgreSQL: the lock keeps the attempt from being submitted and graded between this check and
    // our commit.
    static const std::string on_postgres = on_sqlite + " FOR SHARE OF a";
    const auto& statement = session.engine() == sql::Engine::postgres ? on_postgres : on_sqlite;
    const auto row = session.query_one(statement, user_id, exam_id, question_id, arrived_at);
    if (!row) {
        return std::nullopt;
    }
    const auto attempt = entity::read<Attempt>(*row, kTargetMembers);
    Target target{.attempt_id = attempt.id, .deadline = attempt.deadline(), .current = {}};
    constexpr auto closed_at = kTargetMembers.kSize;
    if (const auto closed = row->maybe_time(closed_at)) {
        target.deadline.at = *closed;
        target.deadline.reason = DeadlineReason::closed;
    }
    target.current = read_stored(*row, closed_at + 1);
    return target;
}

/// `more`: what stands in further columns.
template <class Members, class... More>
std::vector<sql::Value> values_of(const AnswerVersion& version, const Members& members,
                                  const More&... more) {
    std::vector<sql::Value> values;
    values.reserve(Members::kSize + kVersionMembers.kSize + sizeof...(More));
    entity::append_values(values, version.answer, members);
    entity::append_values(values, version, kVersionMembers, more...);
    return values;
}

/// The row of that number, at that revision, becomes another version. `more`: what changes besides.
std::string replacement(const std::string& more = "") {
    const auto names = history_names();
    std::string changes;
    for (std::size_t i = 0; i < names.size(); ++i) {
        changes += (i == 0 ? "" : ", ") + names[i] + " = $" + std::to_string(i + 1);
    }
    return "UPDATE answers SET " + changes + more + " WHERE id = $" +
           std::to_string(names.size() + 1) + " AND revision = $" +
           std::to_string(names.size() + 2);
}

bool replace(sql::Session& session, std::string_view statement, const Stored& stored,
             const AnswerVersion& next) {
    session.run(statement, values_of(next, kContentMembers, stored.id, stored.version.revision));
    return session.affected() > 0;
}

/// The same, and what it was goes into the history, whose row the next version names: the one that
/// was added last.
bool keep_and_replace(sql::Session& session, const Stored& stored, const AnswerVersion& next) {
    static const auto keep =
        entity::insert_into("answer_history", history_names(), {"answer", "former"});
    static const std::string on_sqlite = replacement(", former = last_insert_rowid()");
    static const std::string on_postgres = replacement(", former = lastval()");
    session.run(keep, values_of(stored.version, kContentMembers, stored.id, stored.former));
    const bool is_postgres = session.engine() == sql::Engine::postgres;
    if (replace(session, is_postgres ? on_postgres : on_sqlite, stored, next)) {
        return true;
    }
    TRIPOS_ASSERT(is_postgres);  // SQLite has one writer, and this is it
    // In a subquery, which is asked once: by the bare function every row of the log is looked at.
    session.execute("DELETE FROM answer_history WHERE id = (SELECT lastval())");
    return false;
}

/// False: another save of the same answer was quicker.
bool store(sql::Session& session, const std::string& attempt_id, const Stored& stored,
           const AnswerVersion& next) {
    if (stored.id == 0) {
        static const auto first = entity::insert_into("answers", column_names(), {"attempt_id"}) +
                                  " ON CONFLICT DO NOTHING";
        session.run(first, values_of(next, kAnswerMembers, attempt_id));
        return session.affected() > 0;
    }
    static const auto in_place = replacement();
    return stays(stored.version, next) ? keep_and_replace(session, stored, next)
                                       : replace(session, in_place, stored, next);
}

}  // namespace

std::vector<sql::Migration> migrations() {
    return {{.module = "attempts", .number = 6, .statements = kVersions},
            {.module = "attempts", .number = 7, .statements = kPlain},
            {.module = "attempts", .number = 13, .statements = kLog},
            {.module = "attempts", .number = 14, .statements = kHistory},
            {.module = "attempts", .number = 15, .statements = kNumbers},
            {.module = "attempts", .number = 16, .statements = kLinks}};
}

std::optional<SaveOutcome> save(sql::Session& session, const std::string& exam_id,
                                const std::string& user_id, const AnswerSave& save,
                                const std::string& address, Timestamp arrived_at) {
    if (TRIPOS_FAILPOINT("accept-late")) {
        arrived_at -= std::chrono::seconds(30);
    }
    for (;;) {
        const auto target = find_target(session, exam_id, user_id, save.question_id, arrived_at);
        if (!target) {
            return std::nullopt;
        }
        const auto& current = target->current.version;
        auto next = next_version(save, current, address, arrived_at);
        const auto verdict = judge(save, current, next);
        if (verdict != SaveVerdict::store) {
            return SaveOutcome{verdict, current, target->deadline};
        }
        if (TRIPOS_FAILPOINT_AT_TIMES("drop-save")) {
            return SaveOutcome{verdict, std::move(next), target->deadline};
        }
        if (store(session, target->attempt_id, target->current, next)) {
            return SaveOutcome{verdict, std::move(next), target->deadline};
        }
        // PostgreSQL, from another process: it has committed, so the next look sees it.
    }
}

bool takes(sql::Session& session, const std::string& exam_id, const std::string& user_id,
           const std::string& question_id, Timestamp arrived_at) {
    return find_target(session, exam_id, user_id, question_id, arrived_at).has_value();
}

void put(sql::Session& session, const std::string& attempt_id, AnswerVersion version) {
    static const auto statement = "SELECT " + kStoredColumns +
                                  " FROM answers v WHERE v.attempt_id = $1 AND v.question_id = $2";
    const auto row = session.query_one(statement, attempt_id, version.answer.question_id);
    const auto current = row ? read_stored(*row, 0) : Stored();
    version.revision = current.version.revision + 1;
    store(session, attempt_id, current, version);
}

std::vector<AnswerVersion> current(sql::Session& session, const std::string& attempt_id) {
    static const auto statement =
        "SELECT " + kColumns + " FROM answers v WHERE v.attempt_id = $1 ORDER BY v.question_id";
    return read_versions(session.query(statement, attempt_id));
}

std::vector<Answer> answers_of(sql::Session& session, const std::string& attempt_id) {
    std::vector<Answer> answers;
    for (auto& version : current(session, attempt_id)) {
        answers.push_back(std::move(version.answer));
    }
    return answers;
}

std::vector<AnswerVersion> history(sql::Session& session, const std::string& attempt_id) {
    static const auto names = join(history_names(), ", ");
    static const auto statement =
        "WITH RECURSIVE v (question_id, former, " + names + ") AS (SELECT question_id, former, " +
        names + " FROM answers WHERE attempt_id = $1 UNION ALL SELECT v.question_id, l.former, l." +
        join(history_names(), ", l.") +
        " FROM v JOIN answer_history l ON l.id = v.former) SELECT " + kColumns +
        " FROM v ORDER BY v.arrived_at, v.question_id, v.revision";
    return read_versions(session.query(statement, attempt_id));
}

std::vector<AnswerKey> answers_after(sql::Session& session, const std::string& user_id,
                                     const AnswerKey& last, std::int64_t limit) {
    const auto rows = session.query(
        "SELECT attempt_id, question_id, id FROM answers WHERE attempt_id IN "
        "(SELECT id FROM attempts WHERE user_id = $1) AND (attempt_id, question_id) > ($2, $3) "
        "ORDER BY attempt_id, question_id LIMIT $4",
        user_id, last.attempt_id, last.question_id, limit);
    std::vector<AnswerKey> answers;
    for (const auto& row : rows) {
        answers.push_back(
            {.attempt_id = row.text(0), .question_id = row.text(1), .id = row.integer(2)});
    }
    return answers;
}

std::int64_t forget_addresses(sql::Session& session, std::int64_t answer) {
    auto forgotten =
        session.execute("UPDATE answers SET address = '' WHERE id = $1 AND address <> ''", answer);
    forgotten += session.execute(
        "UPDATE answer_history SET address = '' WHERE address <> '' AND id IN ("
        "WITH RECURSIVE v (former) AS (SELECT former FROM answers WHERE id = $1 "
        "UNION ALL SELECT l.former FROM v JOIN answer_history l ON l.id = v.former) "
        "SELECT former FROM v)",
        answer);
    return forgotten;
}

}  // namespace tripos::attempts::answer_store
