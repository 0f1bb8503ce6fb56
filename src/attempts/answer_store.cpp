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

/// As read_version() reads them; of answer_versions v.
const std::string kColumns =
    "v.question_id, v.option_ids, v.number, v.flagged, v.revision, v.client_id, v.address, "
    "v.arrived_at";

/// What is found for a save: the attempt takes it, and this is what counts so far.
struct Target {
    std::string attempt_id;
    AnswerVersion current;
};

AnswerVersion read_version(const sql::Row& row, std::size_t first) {
    return {.answer = {.question_id = row.text(first),
                       .option_ids = split_ids(row.maybe_text(first + 1).value_or("")),
                       .number = row.maybe_text(first + 2)},
            .is_flagged = row.integer(first + 3) != 0,
            .revision = row.integer(first + 4),
            .client_id = row.maybe_text(first + 5).value_or(""),
            .address = row.maybe_text(first + 6).value_or(""),
            .arrived_at = from_millis(row.integer(first + 7))};
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
        "SELECT a.id, " + kColumns +
        " FROM attempts a LEFT JOIN answer_versions v "
        "ON v.attempt_id = a.id AND v.question_id = $3 AND v.revision = (SELECT MAX(w.revision) "
        "FROM answer_versions w WHERE w.attempt_id = a.id AND w.question_id = $3) "
        "WHERE a.user_id = $1 AND a.exam_id = $2 AND a.void_at IS NULL "
        "AND a.status = 'IN_PROGRESS' AND a.deadline_at > $4 "
        "AND NOT EXISTS (SELECT 1 FROM closed_exams c WHERE c.exam_id = a.exam_id "
        "AND c.closed_at > a.reopened_at AND c.closed_at <= $4)";
    // PostgreSQL: the lock keeps the attempt from being submitted and graded between this check and
    // our commit.
    static const std::string on_postgres = on_sqlite + " FOR SHARE OF a";
    const auto& statement = session.engine() == sql::Engine::postgres ? on_postgres : on_sqlite;
    const auto row = session.query_one(statement, user_id, exam_id, question_id, arrived_at);
    if (!row) {
        return std::nullopt;
    }
    Target target{.attempt_id = row->text(0), .current = {}};
    if (row->maybe_text(1)) {
        target.current = read_version(*row, 1);
    }
    return target;
}

std::optional<std::string> unless_empty(const std::string& text) {
    return text.empty() ? std::nullopt : std::optional(text);
}

/// False: another save of the same answer was quicker.
bool store(sql::Session& session, const std::string& attempt_id, const AnswerVersion& version) {
    const auto& answer = version.answer;
    const auto options = unless_empty(join(answer.option_ids, ","));
    const auto client = unless_empty(version.client_id);
    const auto address = unless_empty(version.address);
    const std::int64_t flagged = version.is_flagged ? 1 : 0;
    if (version.revision <= kMostVersions) {
        return session.execute(
                   "INSERT INTO answer_versions (attempt_id, question_id, revision, option_ids, "
                   "number, flagged, client_id, address, arrived_at) "
                   "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
                   attempt_id, answer.question_id, version.revision, options, answer.number,
                   flagged, client, address, version.arrived_at) > 0;
    }
    return session.execute(
               "UPDATE answer_versions SET revision = $3, option_ids = $4, number = $5, "
               "flagged = $6, client_id = $7, address = $8, arrived_at = $9 "
               "WHERE attempt_id = $1 AND question_id = $2 AND revision = $3 - 1",
               attempt_id, answer.question_id, version.revision, options, answer.number, flagged,
               client, address, version.arrived_at) > 0;
}

}  // namespace

sql::Migration migration() {
    return {.module = "attempts", .number = 6, .statements = kVersions};
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
            return SaveOutcome{.verdict = verdict, .current = target->current};
        }
        if (store(session, target->attempt_id, next)) {
            return SaveOutcome{.verdict = verdict, .current = std::move(next)};
        }
        // PostgreSQL, from another process: it has committed, so the next look sees it.
    }
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

void forget_addresses(sql::Session& session, const std::string& user_id) {
    session.execute(
        "UPDATE answer_versions SET address = NULL WHERE address IS NOT NULL AND attempt_id IN "
        "(SELECT id FROM attempts WHERE user_id = $1)",
        user_id);
}

}  // namespace tripos::attempts::answer_store
