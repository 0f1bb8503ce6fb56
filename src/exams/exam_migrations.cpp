// SPDX-License-Identifier: MIT
#include "exams/exam_migrations.hpp"

namespace tripos::exams {

namespace {

// user_id columns carry no foreign key: an account that is deleted leaves its results behind,
// anonymous. attempts_one is what makes "one attempt per candidate and exam" hold under concurrent
// starts; a voided one does not count.
constexpr std::string_view kTables = R"(
CREATE TABLE questions (
    id TEXT PRIMARY KEY,
    statement TEXT NOT NULL,
    question_type TEXT NOT NULL,
    domain TEXT NOT NULL,
    marks BIGINT NOT NULL,
    negative_marks BIGINT NOT NULL,
    difficulty TEXT NOT NULL,
    numerical_answer TEXT,
    tolerance TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX questions_by_creation ON questions (created_at, id);
CREATE TABLE question_options (
    id TEXT PRIMARY KEY,
    question_id TEXT NOT NULL REFERENCES questions (id),
    position BIGINT NOT NULL,
    text TEXT NOT NULL,
    is_correct INTEGER NOT NULL
);
CREATE INDEX question_options_by_question ON question_options (question_id, position);
CREATE TABLE exams (
    id TEXT PRIMARY KEY,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    duration_minutes BIGINT NOT NULL,
    start_at BIGINT NOT NULL,
    end_at BIGINT NOT NULL,
    release_at BIGINT NOT NULL,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX exams_by_creation ON exams (created_at, id);
CREATE TABLE exam_questions (
    id TEXT PRIMARY KEY,
    exam_id TEXT NOT NULL REFERENCES exams (id),
    question_id TEXT NOT NULL REFERENCES questions (id),
    position BIGINT NOT NULL,
    marks BIGINT NOT NULL,
    negative_marks BIGINT NOT NULL,
    UNIQUE (exam_id, question_id)
);
CREATE INDEX exam_questions_by_question ON exam_questions (question_id);
CREATE TABLE attempts (
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
CREATE UNIQUE INDEX attempts_one ON attempts (user_id, exam_id) WHERE void_at IS NULL;
CREATE INDEX attempts_due ON attempts (status, deadline_at);
CREATE INDEX attempts_by_exam ON attempts (exam_id, started_at);
CREATE TABLE answers (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    question_id TEXT NOT NULL,
    option_ids TEXT,
    number TEXT,
    saved_at BIGINT NOT NULL,
    PRIMARY KEY (attempt_id, question_id)
);
CREATE TABLE exam_audit (
    id TEXT PRIMARY KEY,
    at BIGINT NOT NULL,
    actor_id TEXT NOT NULL,
    action TEXT NOT NULL,
    exam_id TEXT NOT NULL,
    attempt_id TEXT,
    detail TEXT NOT NULL
);
CREATE INDEX exam_audit_by_exam ON exam_audit (exam_id, at)
)";

constexpr std::string_view kCreator = "ALTER TABLE exams ADD COLUMN created_by TEXT";

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "exams", .number = 1, .statements = kTables},
            sql::Migration{.module = "exams", .number = 2, .statements = kCreator}};
}

}  // namespace tripos::exams
