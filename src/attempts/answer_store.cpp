// SPDX-License-Identifier: MIT
#include "attempts/answer_store.hpp"

#include "attempts/attempt.hpp"
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

std::vector<std::string> column_names() {
    auto names = entity::column_names(kAnswerMembers);
    const auto more = entity::column_names(kVersionMembers);
    names.insert(names.end(), more.begin(), more.end());
    return names;
}

/// As read_version() reads them; of answer_versions v.
const std::string kColumns = "v." + join(column_names(), ", v.");

/// What is found for a save: the attempt takes it, and this is what counts so far.
struct Target {
    std::string attempt_id;
    Deadline deadline;
    AnswerVersion current;
};

constexpr auto kTargetMembers = entity::only(kMembers, &Attempt::id, &Attempt::deadline_at,
                                             &Attempt::deadline_reason, &Attempt::extra_time);

AnswerVersion read_version(const sql::Row& row, std::size_t first) {
    const auto behind = first + std::tuple_size_v<decltype(kAnswerMembers)>;
    auto version = entity::read<AnswerVersion>(row, kVersionMembers, behind);
    version.answer = entity::read<Answer>(row, kAnswerMembers, first);
    return version;
}

std::vector<AnswerVersion> read_versions(const std::vector<sql::Row>& rows) {
    std::vector<AnswerVersion> versions;
    versions.reserve(rows.size());
    for (const auto& row : rows) {
        versions.push_back(read_version(row, 0));
    }
    return versions;
}

std::optional<Target> find_target(sql::Session& session, const std::string& exam_id,
                                  const std::string& user_id, const std::string& question_id,
                                  Timestamp arrived_at) {
    static const std::string on_sqlite =
        "SELECT a." + join(entity::column_names(kTargetMembers), ", a.") + ", c.closed_at, " +
        kColumns +
        " FROM attempts a LEFT JOIN closed_exams c ON c.exam_id = a.exam_id "
        "AND c.closed_at > a.reopened_at AND c.closed_at < a.deadline_at "
        "LEFT JOIN answer_versions v "
        "ON v.attempt_id = a.id AND v.question_id = $3 AND v.revision = (SELECT MAX(w.revision) "
        "FROM answer_versions w WHERE w.attempt_id = a.id AND w.question_id = $3) "
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
    constexpr auto closed_at = std::tuple_size_v<decltype(kTargetMembers)>;
    if (const auto closed = row->maybe_time(closed_at)) {
        target.deadline.at = *closed;
        target.deadline.reason = DeadlineReason::closed;
    }
    if (row->maybe_text(closed_at + 1)) {
        target.current = read_version(*row, closed_at + 1);
    }
    return target;
}

/// False: another save of the same answer was quicker.
bool store(sql::Session& session, const std::string& attempt_id, const AnswerVersion& version) {
    static const auto statement =
        entity::insert_into("answer_versions", column_names(), {"attempt_id"}) +
        " ON CONFLICT DO NOTHING";
    auto values = entity::values(version.answer, kAnswerMembers);
    for (auto& value : entity::values(version, kVersionMembers, attempt_id)) {
        values.push_back(std::move(value));
    }
    session.run(statement, values);
    if (session.affected() == 0) {
        return false;
    }
    if (version.revision > kMostVersions) {
        session.execute(
            "DELETE FROM answer_versions WHERE attempt_id = $1 AND question_id = $2 "
            "AND revision = $3",
            attempt_id, version.answer.question_id, version.revision - kMostVersions / 2);
    }
    return true;
}

}  // namespace

std::vector<sql::Migration> migrations() {
    return {{.module = "attempts", .number = 6, .statements = kVersions},
            {.module = "attempts", .number = 7, .statements = kPlain}};
}

std::optional<SaveOutcome> save(sql::Session& session, const std::string& exam_id,
                                const std::string& user_id, const AnswerSave& save,
                                const std::string& address, Timestamp arrived_at) {
    for (;;) {
        const auto target = find_target(session, exam_id, user_id, save.question_id, arrived_at);
        if (!target) {
            return std::nullopt;
        }
        auto next = next_version(save, target->current, address, arrived_at);
        const auto verdict = judge(save, target->current, next);
        if (verdict != SaveVerdict::store) {
            return SaveOutcome{verdict, target->current, target->deadline};
        }
        if (store(session, target->attempt_id, next)) {
            return SaveOutcome{verdict, std::move(next), target->deadline};
        }
        // PostgreSQL, from another process: it has committed, so the next look sees it.
    }
}

void put(sql::Session& session, const std::string& attempt_id, AnswerVersion version) {
    version.revision = 1 + session
                               .query_one(
                                   "SELECT CAST(COALESCE(MAX(revision), 0) AS BIGINT) FROM "
                                   "answer_versions WHERE attempt_id = $1 AND question_id = $2",
                                   attempt_id, version.answer.question_id)
                               ->integer(0);
    store(session, attempt_id, version);
}

std::vector<AnswerVersion> current(sql::Session& session, const std::string& attempt_id) {
    // The key finds the last of each; rows that do not count are not read.
    static const auto statement =
        "SELECT " + kColumns +
        " FROM (SELECT question_id, MAX(revision) AS last FROM answer_versions "
        "WHERE attempt_id = $1 GROUP BY question_id) l JOIN answer_versions v "
        "ON v.attempt_id = $1 AND v.question_id = l.question_id AND v.revision = l.last "
        "ORDER BY v.question_id";
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
    static const auto statement = "SELECT " + kColumns +
                                  " FROM answer_versions v WHERE v.attempt_id = $1 "
                                  "ORDER BY v.arrived_at, v.question_id, v.revision";
    return read_versions(session.query(statement, attempt_id));
}

std::vector<AnswerKey> answers_after(sql::Session& session, const std::string& user_id,
                                     const AnswerKey& last, std::int64_t limit) {
    const auto rows = session.query(
        "SELECT DISTINCT attempt_id, question_id FROM answer_versions WHERE attempt_id IN "
        "(SELECT id FROM attempts WHERE user_id = $1) AND (attempt_id, question_id) > ($2, $3) "
        "ORDER BY attempt_id, question_id LIMIT $4",
        user_id, last.attempt_id, last.question_id, limit);
    std::vector<AnswerKey> answers;
    for (const auto& row : rows) {
        answers.push_back({.attempt_id = row.text(0), .question_id = row.text(1)});
    }
    return answers;
}

std::int64_t forget_addresses(sql::Session& session, const AnswerKey& answer) {
    return session.execute(
        "UPDATE answer_versions SET address = '' WHERE attempt_id = $1 AND question_id = $2 "
        "AND address <> ''",
        answer.attempt_id, answer.question_id);
}

}  // namespace tripos::attempts::answer_store
