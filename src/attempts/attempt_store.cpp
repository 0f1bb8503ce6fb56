// SPDX-License-Identifier: MIT
#include "attempts/attempt_store.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "attempts/answer_store.hpp"
#include "attempts/correction_store.hpp"
#include "attempts/extension_store.hpp"
#include "attempts/forgetting.hpp"
#include "attempts/late_answer.hpp"
#include "attempts/notice.hpp"
#include "attempts/receipt.hpp"
#include "core/text.hpp"
#include "exams/accommodation_store.hpp"
#include "exams/exam_store.hpp"
#include "work/item_store.hpp"

namespace tripos::attempts::attempt_store {

namespace {

// user_id carries no foreign key: an account that is deleted leaves its results behind, anonymous.
// attempts_one is what makes "one attempt per candidate and exam" hold under concurrent starts; a
// voided one does not count. Older databases have the tables from step 1 of exams/.
constexpr std::string_view kTables = R"(
CREATE TABLE IF NOT EXISTS attempts (
    id TEXT PRIMARY KEY,
    exam_id TEXT NOT NULL REFERENCES exams (id),
    user_id TEXT NOT NULL,
    status TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    deadline_at BIGINT NOT NULL,
    deadline_reason TEXT NOT NULL,
    submitted_at BIGINT,
    score BIGINT,
    question_marks TEXT,
    void_at BIGINT,
    void_reason TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS attempts_one ON attempts (user_id, exam_id) WHERE void_at IS NULL;
CREATE INDEX IF NOT EXISTS attempts_due ON attempts (status, deadline_at);
CREATE INDEX IF NOT EXISTS attempts_by_exam ON attempts (exam_id, started_at);
CREATE TABLE IF NOT EXISTS answers (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    question_id TEXT NOT NULL,
    option_ids TEXT,
    number TEXT,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, question_id)
)
)";

constexpr std::string_view kByCandidate =
    "CREATE INDEX attempts_by_candidate ON attempts (exam_id, user_id)";

// Of one exam the running ones, in the order of their candidates; by the start nobody asks.
constexpr std::string_view kClosings = R"(
CREATE TABLE closed_exams (
    exam_id TEXT PRIMARY KEY REFERENCES exams (id),
    closed_at BIGINT NOT NULL
);
CREATE INDEX attempts_by_state ON attempts (exam_id, status, user_id);
DROP INDEX attempts_by_exam
)";

// Reasons are words of the API since.
constexpr std::string_view kReasons = R"(
ALTER TABLE attempts ADD COLUMN extra_minutes BIGINT NOT NULL DEFAULT 0;
UPDATE attempts SET deadline_reason = CASE deadline_reason WHEN 'EXAM_END' THEN 'exam_end'
    WHEN 'EXTENDED' THEN 'extension' WHEN 'CLOSED' THEN 'closed' ELSE 'duration' END
)";

// The close of its exam that ends an attempt: none that is older than its reopening.
constexpr const char* kClose =
    "SELECT c.closed_at FROM closed_exams c WHERE c.exam_id = attempts.exam_id AND "
    "c.closed_at > attempts.reopened_at";

// The deadline, or that close where it was earlier.
const std::string kDeadline = std::string("COALESCE((") + kClose +
                              " AND c.closed_at < attempts.deadline_at), attempts.deadline_at)";

const auto kColumns = entity::column_names(kMembers);

std::vector<Attempt> read_attempts(const std::vector<sql::Row>& rows) {
    return entity::read_all<Attempt>(rows, kMembers);
}

std::optional<Attempt> read_attempt(const std::optional<sql::Row>& row) {
    return row ? std::optional(entity::read<Attempt>(*row, kMembers)) : std::nullopt;
}

/// Behind their columns stand the marks.
std::vector<Graded> read_graded(const std::vector<sql::Row>& rows) {
    std::vector<Graded> found;
    for (const auto& row : rows) {
        found.push_back({.attempt = entity::read<Attempt>(row, kMembers),
                         .marks = row.maybe_text(kColumns.size()).value_or("")});
    }
    return found;
}

/// A SELECT of attempts.
std::string those(std::string_view condition) {
    return "SELECT " + join(kColumns, ", ") + " FROM attempts WHERE " + std::string(condition);
}

const std::string kCalledSo = accounts::NameSearch::condition("user_id", 2);

/// The same, with the deadline as a close has it.
std::string those_until_close(std::string_view condition) {
    auto columns = kColumns;
    std::replace(columns.begin(), columns.end(), std::string("deadline_at"), kDeadline);
    return "SELECT " + join(columns, ", ") + " FROM attempts WHERE " + std::string(condition);
}

/// An UPDATE that returns the attempts it changed.
std::string change(std::string_view changes_and_condition) {
    return "UPDATE attempts SET " + std::string(changes_and_condition) + " RETURNING " +
           join(kColumns, ", ");
}

/// An UPDATE that ends running attempts at their deadline. That they run is said without `status`:
/// SQLite would follow the index of all that do, to find the few whose ids the condition gives.
std::string finish(std::string_view condition) {
    return change("status = 'AUTO_SUBMITTED', submitted_at = " + kDeadline + ", deadline_at = " +
                  kDeadline + ", deadline_reason = CASE WHEN EXISTS (" + kClose +
                  " AND c.closed_at < attempts.deadline_at) "
                  "THEN 'closed' ELSE deadline_reason END "
                  "WHERE submitted_at IS NULL AND void_at IS NULL AND " +
                  std::string(condition));
}

constexpr std::int64_t in_millis(std::chrono::minutes duration) {
    return std::chrono::milliseconds(duration).count();
}

}  // namespace

std::vector<sql::Migration> migrations() {
    std::vector<sql::Migration> all{{.module = "attempts", .number = 1, .statements = kTables},
                                    {.module = "attempts", .number = 2, .statements = kByCandidate},
                                    {.module = "attempts", .number = 3, .statements = kClosings},
                                    {.module = "attempts", .number = 4, .statements = kReasons}};
    for (auto& more : {extension_store::migrations(), answer_store::migrations()}) {
        all.insert(all.end(), more.begin(), more.end());
    }
    all.push_back(correction_store::migration());
    all.push_back(receipt_store::migration());
    all.push_back(notice_store::migration());
    all.push_back(late_store::migration());
    std::sort(all.begin(), all.end(),
              [](const auto& one, const auto& other) { return one.number < other.number; });
    return all;
}

bool insert(sql::Session& session, const Attempt& attempt) {
    static const auto statement =
        entity::insert_into("attempts", kColumns) + " ON CONFLICT DO NOTHING RETURNING id";
    return !session.run(statement, entity::values(attempt, kMembers)).empty();
}

std::optional<Attempt> find_current(sql::Session& session, const std::string& exam_id,
                                    const std::string& user_id) {
    static const auto statement =
        those_until_close("user_id = $1 AND exam_id = $2 AND void_at IS NULL");
    return read_attempt(session.query_one(statement, user_id, exam_id));
}

std::optional<Attempt> find(sql::Session& session, const std::string& attempt_id) {
    static const auto statement = those("id = $1");
    return read_attempt(session.query_one(statement, attempt_id));
}

std::optional<Attempt> find_to_change(sql::Session& session, const std::string& attempt_id) {
    static const auto statement = those("id = $1");
    return read_attempt(
        session.query_one(sql::locking(session, statement, "FOR UPDATE"), attempt_id));
}

std::vector<Attempt> all_of_exam(sql::Session& session, const std::string& exam_id) {
    static const auto statement = those_until_close("exam_id = $1");
    return read_attempts(session.query(statement, exam_id));
}

std::vector<Attempt> list_of_user(sql::Session& session, const std::string& user_id) {
    static const auto statement =
        those("user_id = $1 AND void_at IS NULL ORDER BY started_at DESC, id DESC");
    return read_attempts(session.query(statement, user_id));
}

Ended submit(sql::Session& session, const std::string& exam_id, const std::string& user_id,
             Timestamp arrived_at) {
    static const auto statement = change(
        "status = 'SUBMITTED', submitted_at = $3 "
        "WHERE user_id = $1 AND exam_id = $2 AND void_at IS NULL "
        "AND status = 'IN_PROGRESS' AND " +
        std::string(kDeadline) + " > $3");
    return read_attempts(session.query(statement, user_id, exam_id, arrived_at));
}

Ended finish_due_of(sql::Session& session, const std::string& exam_id, const std::string& user_id,
                    Timestamp now) {
    static const auto statement =
        finish("user_id = $1 AND exam_id = $2 AND " + std::string(kDeadline) + " <= $3");
    return read_attempts(session.query(statement, user_id, exam_id, now));
}

Ended finish_due(sql::Session& session, Timestamp now, std::int64_t limit) {
    static const auto statement = finish(
        "deadline_at <= $1 AND id IN "
        "(SELECT id FROM attempts WHERE status = 'IN_PROGRESS' AND deadline_at <= $1 "
        "ORDER BY deadline_at LIMIT $2)");
    return read_attempts(session.query(statement, now, limit));
}

void close_exam(sql::Session& session, const std::string& exam_id, Timestamp at) {
    session.execute("INSERT INTO closed_exams (exam_id, closed_at) VALUES ($1, $2)", exam_id, at);
}

Ended finish_closed(sql::Session& session, const std::string& exam_id, std::int64_t limit) {
    static const auto statement = finish(
        "id IN (SELECT id FROM attempts WHERE exam_id = $1 AND status = 'IN_PROGRESS' AND "
        "EXISTS (" +
        std::string(kClose) + ") ORDER BY user_id LIMIT $2)");
    return read_attempts(session.query(statement, exam_id, limit));
}

Sitting sitting_at(sql::Session& session, const std::string& exam_id) {
    Sitting sitting;
    static const auto statement =
        "SELECT 1 FROM attempts WHERE exam_id = $1 AND status = 'IN_PROGRESS' AND NOT EXISTS (" +
        std::string(kClose) + ") LIMIT 1";
    sitting.is_running = session.query_one(statement, exam_id).has_value();
    for (const auto& own : exams::accommodation_store::windows_at(session, exam_id)) {
        if (own.end_at > sitting.open_until && !find_current(session, exam_id, own.user_id)) {
            sitting.open_until = own.end_at;
        }
    }
    return sitting;
}

std::vector<Attempt> list_running(sql::Session& session, const std::string& user_id,
                                  const std::string& exam_id) {
    static const auto statement = those(
        "user_id = $1 AND status = 'IN_PROGRESS' AND (CAST($2 AS TEXT) = '' OR exam_id = $2)");
    return read_attempts(session.query(statement, user_id, exam_id));
}

bool move_deadline(sql::Session& session, const std::string& attempt_id, const Deadline& deadline,
                   Timestamp now) {
    return session.execute(
               "UPDATE attempts SET deadline_at = $2, deadline_reason = $3, extra_minutes = $4 "
               "WHERE id = $1 AND status = 'IN_PROGRESS' AND deadline_at > $5 AND deadline_at < $2",
               attempt_id, deadline.at, to_text(deadline.reason),
               std::int64_t{deadline.extra.count()}, now) > 0;
}

std::int64_t count_running(sql::Session& session, const std::string& exam_id) {
    return session
        .query_one("SELECT COUNT(*) FROM attempts WHERE exam_id = $1 AND status = 'IN_PROGRESS'",
                   exam_id)
        ->integer(0);
}

std::vector<std::string> running_candidates(sql::Session& session, const std::string& exam_id,
                                            std::int64_t limit) {
    return session.query_texts(
        "SELECT user_id FROM attempts WHERE exam_id = $1 AND status = 'IN_PROGRESS' "
        "ORDER BY user_id LIMIT $2",
        exam_id, limit);
}

void make_void(sql::Session& session, const std::string& attempt_id, Timestamp now,
               const std::string& reason) {
    session.execute(
        "UPDATE attempts SET status = 'VOIDED', void_at = $2, void_reason = $3 "
        "WHERE id = $1 AND void_at IS NULL",
        attempt_id, now, reason);
}

std::optional<Error> refuse_leave(sql::Session& session, const std::string& user_id,
                                  Timestamp now) {
    std::optional<Error> refusal;
    for (const auto& attempt : list_of_user(session, user_id)) {
        const auto exam = exams::exam_store::find(session, attempt.exam_id);
        const auto title = '"' + exam->title + '"';
        if (attempt.status == AttemptStatus::in_progress) {
            return conflict("attempt_open",
                            "An attempt at " + title + " is running: hand it in first");
        }
        if (!is_released(*exam, sitting_at(session, exam->id), now)) {
            refusal = conflict(
                "result_unreleased",
                "The result of " + title + " is not released yet: delete the account after that");
        }
    }
    if (!refusal) {
        exams::accommodation_store::forget_candidate(session, user_id);
        work::put(session, forget_addresses(user_id, now));
    }
    return refusal;
}

bool sits_exam(sql::Session& session, const std::string& user_id) {
    return session
        .query_one("SELECT 1 FROM attempts WHERE user_id = $1 AND status = 'IN_PROGRESS' LIMIT 1",
                   user_id)
        .has_value();
}

std::int64_t count_running(sql::Session& session) {
    return session.query("SELECT count(*) FROM attempts WHERE status = 'IN_PROGRESS'")[0].integer(
        0);
}

std::optional<Timestamp> next_deadline(sql::Session& session) {
    const auto row = session.query_one(
        "SELECT deadline_at FROM attempts WHERE status = 'IN_PROGRESS' "
        "ORDER BY deadline_at LIMIT 1");
    return row ? std::optional(row->time(0)) : std::nullopt;
}

std::vector<Attempt> extend_exam(sql::Session& session, const std::string& exam_id, Timestamp now,
                                 std::chrono::minutes more) {
    static const auto statement = change(
        "deadline_at = deadline_at + CAST($3 AS BIGINT), deadline_reason = 'extension', "
        "extra_minutes = extra_minutes + CAST($3 AS BIGINT) / 60000 "
        "WHERE exam_id = $1 AND status = 'IN_PROGRESS' AND deadline_at > $2");
    return read_attempts(session.query(statement, exam_id, now, in_millis(more)));
}

std::vector<std::pair<std::string, std::int64_t>> sample_scores(sql::Session& session) {
    std::vector<std::pair<std::string, std::int64_t>> scores;
    for (const auto& row : session.query("SELECT id, score FROM attempts WHERE score IS NOT NULL "
                                         "ORDER BY id DESC LIMIT 1000")) {
        scores.emplace_back(row.text(0), row.integer(1));
    }
    return scores;
}

std::vector<std::string> running_exams(sql::Session& session) {
    return session.query_texts(
        "SELECT DISTINCT exam_id FROM attempts WHERE status = 'IN_PROGRESS' ORDER BY exam_id");
}

std::vector<Attempt> extend_some(sql::Session& session, const std::string& exam_id,
                                 const std::vector<std::string>& user_ids, Timestamp now,
                                 std::chrono::minutes more) {
    const auto statement = change(
        "deadline_at = deadline_at + CAST($4 AS BIGINT), deadline_reason = 'extension', "
        "extra_minutes = extra_minutes + CAST($4 AS BIGINT) / 60000 "
        "WHERE exam_id = $1 AND " +
        sql::among(session, "user_id", "$2") + " AND status = 'IN_PROGRESS' AND deadline_at > $3");
    return read_attempts(
        session.query(statement, exam_id, join(user_ids, ","), now, in_millis(more)));
}

bool reopen(sql::Session& session, const std::string& attempt_id, const Deadline& deadline,
            Timestamp now) {
    return session.execute(
               "UPDATE attempts SET status = 'IN_PROGRESS', submitted_at = NULL, score = NULL, "
               "question_marks = NULL, deadline_at = $2, deadline_reason = $3, extra_minutes = $4, "
               "reopened_at = $5 WHERE id = $1 AND submitted_at IS NOT NULL AND void_at IS NULL",
               attempt_id, deadline.at, to_text(deadline.reason),
               std::int64_t{deadline.extra.count()}, now) > 0;
}

std::vector<Graded> list_ended(sql::Session& session, const std::string& exam_id,
                               const std::string& after, std::int64_t limit) {
    static const auto statement = "SELECT " + join(kColumns, ", ") +
                                  ", question_marks FROM attempts WHERE exam_id = $1 AND "
                                  "void_at IS NULL AND submitted_at IS NOT NULL AND user_id > $2 "
                                  "ORDER BY user_id LIMIT $3";
    return read_graded(session.query(statement, exam_id, after, limit));
}

std::vector<Graded> lock_ended(sql::Session& session, const std::vector<std::string>& ids) {
    const auto statement = "SELECT " + join(kColumns, ", ") +
                           ", question_marks FROM attempts WHERE " +
                           sql::among(session, "id", "$1") +
                           " AND void_at IS NULL AND submitted_at IS NOT NULL ORDER BY id";
    return read_graded(
        session.query(sql::locking(session, statement, "FOR UPDATE"), join(ids, ",")));
}

std::int64_t count_ended(sql::Session& session, const std::string& exam_id) {
    return session
        .query_one(
            "SELECT COUNT(*) FROM attempts WHERE exam_id = $1 AND void_at IS NULL AND "
            "submitted_at IS NOT NULL",
            exam_id)
        ->integer(0);
}

std::vector<Attempt> list_of_exam(sql::Session& session, const std::string& exam_id,
                                  std::int64_t limit, std::int64_t offset) {
    static const auto statement = those(
        "exam_id = $1 AND void_at IS NULL "
        "ORDER BY score DESC NULLS LAST, submitted_at, id LIMIT $2 OFFSET $3");
    return read_attempts(session.query(statement, exam_id, limit, offset));
}

std::vector<Attempt> find_in_exam(sql::Session& session, const std::string& exam_id,
                                  std::string_view text, std::int64_t limit, std::int64_t offset) {
    static const auto statement =
        those("exam_id = $1 AND void_at IS NULL AND " + kCalledSo +
              " ORDER BY score DESC NULLS LAST, submitted_at, id LIMIT $5 OFFSET $6");
    const accounts::NameSearch search(text);
    return read_attempts(session.query(statement, exam_id, search.name, search.address,
                                       search.number, limit, offset));
}

std::int64_t count_in_exam(sql::Session& session, const std::string& exam_id,
                           std::string_view text) {
    static const auto statement =
        "SELECT COUNT(*) FROM attempts WHERE exam_id = $1 AND void_at IS NULL AND " + kCalledSo;
    const accounts::NameSearch search(text);
    return session.query_one(statement, exam_id, search.name, search.address, search.number)
        ->integer(0);
}

std::int64_t rank_of(sql::Session& session, const std::string& exam_id, questions::Marks score) {
    const auto better = session.query_one(
        "SELECT COUNT(*) FROM attempts WHERE exam_id = $1 AND void_at IS NULL AND score > $2",
        exam_id, score);
    return better->integer(0) + 1;
}

std::int64_t count_ties(sql::Session& session, const std::string& exam_id, std::int64_t place) {
    const auto last = list_of_exam(session, exam_id, 1, place - 1);
    if (last.empty() || !last.front().score) {
        return 0;
    }
    const auto as_good = session.query_one(
        "SELECT COUNT(*) FROM attempts WHERE exam_id = $1 AND void_at IS NULL AND score >= $2",
        exam_id, *last.front().score);
    return as_good->integer(0) - place;
}

AttemptStatistics statistics(sql::Session& session, const std::string& exam_id) {
    static const auto statement = "SELECT " + join(entity::column_names(kStatisticsMembers), ", ") +
                                  " FROM attempts WHERE exam_id = $1 AND void_at IS NULL";
    return entity::read<AttemptStatistics>(*session.query_one(statement, exam_id),
                                           kStatisticsMembers);
}

std::vector<questions::Marks> marks_of(sql::Session& session, const std::string& attempt_id) {
    const auto row =
        session.query_one("SELECT question_marks FROM attempts WHERE id = $1", attempt_id);
    return parse_marks_list(row->maybe_text(0).value_or(""));
}

std::vector<std::string> candidates_of(sql::Session& session, const std::string& exam_id,
                                       const std::string& after, std::int64_t limit) {
    return session.query_texts(
        "SELECT DISTINCT user_id FROM attempts WHERE exam_id = $1 AND user_id > $2 "
        "ORDER BY user_id LIMIT $3",
        exam_id, after, limit);
}

std::vector<std::string> counted_candidates(sql::Session& session, const std::string& exam_id,
                                            const std::string& after, std::int64_t limit) {
    return session.query_texts(
        "SELECT user_id FROM attempts WHERE exam_id = $1 AND void_at IS NULL "
        "AND user_id > $2 ORDER BY user_id LIMIT $3",
        exam_id, after, limit);
}

bool set_grade(sql::Session& session, const std::string& attempt_id, const Grade& grade) {
    return session.execute(
               "UPDATE attempts SET score = $2, question_marks = $3 WHERE id = $1 "
               "AND (score IS NULL OR score <> $2 OR question_marks IS NULL "
               "OR question_marks <> $3)",
               attempt_id, grade.score, marks_list(grade.per_question)) > 0;
}

}  // namespace tripos::attempts::attempt_store
