// SPDX-License-Identifier: MIT
#include "exams/question_store.hpp"

namespace tripos::exams::question_store {

namespace {

Question read_question(const sql::Row& row) {
    Question question{.id = row.text(0),
                      .statement = row.text(1),
                      .type = question_type_from(row.text(2)),
                      .domain = row.text(3),
                      .marks = row.integer(4),
                      .negative_marks = row.integer(5),
                      .difficulty = row.text(6),
                      .created_at = row.time(9),
                      .updated_at = row.time(10)};
    if (!row.is_null(7)) {
        question.key = NumericalKey{.value = row.text(7), .tolerance = row.text(8)};
    }
    return question;
}

void insert_options(sql::Session& session, const Question& question) {
    std::int64_t position = 0;
    for (const auto& option : question.options) {
        session.execute(
            "INSERT INTO question_options (id, question_id, position, text, is_correct) "
            "VALUES ($1, $2, $3, $4, $5)",
            option.id, question.id, ++position, option.text, option.is_correct);
    }
}

void load_options(sql::Session& session, Question& question) {
    const auto rows = session.query(
        "SELECT id, text, is_correct FROM question_options WHERE question_id = $1 ORDER BY "
        "position",
        question.id);
    for (const auto& row : rows) {
        question.options.push_back(
            {.id = row.text(0), .text = row.text(1), .is_correct = row.flag(2)});
    }
}

std::optional<std::string> key_value(const Question& question) {
    return question.key ? std::optional(question.key->value) : std::nullopt;
}

std::optional<std::string> key_tolerance(const Question& question) {
    return question.key ? std::optional(question.key->tolerance) : std::nullopt;
}

}  // namespace

void insert(sql::Session& session, const Question& question) {
    session.execute(
        "INSERT INTO questions (id, statement, question_type, domain, marks, negative_marks, "
        "difficulty, numerical_answer, tolerance, created_at, updated_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        question.id, question.statement, to_text(question.type), question.domain, question.marks,
        question.negative_marks, question.difficulty, key_value(question), key_tolerance(question),
        question.created_at, question.updated_at);
    insert_options(session, question);
}

void update(sql::Session& session, const Question& question) {
    session.execute(
        "UPDATE questions SET statement = $2, question_type = $3, domain = $4, marks = $5, "
        "negative_marks = $6, difficulty = $7, numerical_answer = $8, tolerance = $9, "
        "updated_at = $10 WHERE id = $1",
        question.id, question.statement, to_text(question.type), question.domain, question.marks,
        question.negative_marks, question.difficulty, key_value(question), key_tolerance(question),
        question.updated_at);
    session.execute("DELETE FROM question_options WHERE question_id = $1", question.id);
    insert_options(session, question);
}

void remove(sql::Session& session, const std::string& id) {
    session.execute("DELETE FROM exam_questions WHERE question_id = $1", id);
    session.execute("DELETE FROM question_options WHERE question_id = $1", id);
    session.execute("DELETE FROM questions WHERE id = $1", id);
}

std::optional<Question> find(sql::Session& session, const std::string& id) {
    const auto row = session.query_one(
        "SELECT id, statement, question_type, domain, marks, negative_marks, difficulty, "
        "numerical_answer, tolerance, created_at, updated_at FROM questions WHERE id = $1",
        id);
    if (!row) {
        return std::nullopt;
    }
    auto question = read_question(*row);
    load_options(session, question);
    return question;
}

bool lock(sql::Session& session, const std::string& id) {
    return session
        .query_one(sql::locking(session, "SELECT id FROM questions WHERE id = $1", "FOR UPDATE"),
                   id)
        .has_value();
}

Listing list(sql::Session& session, const Filter& filter, std::int64_t limit, std::int64_t offset) {
    Listing listing;
    const auto total = session.query_one(
        "SELECT COUNT(*) FROM questions WHERE "
        "(CAST($1 AS TEXT) IS NULL OR domain = CAST($1 AS TEXT)) "
        "AND (CAST($2 AS TEXT) IS NULL OR difficulty = CAST($2 AS TEXT)) "
        "AND (CAST($3 AS TEXT) IS NULL OR question_type = CAST($3 AS TEXT))",
        filter.domain, filter.difficulty, filter.type);
    listing.total = total->integer(0);
    const auto rows = session.query(
        "SELECT id, statement, question_type, domain, marks, negative_marks, difficulty, "
        "numerical_answer, tolerance, created_at, updated_at FROM questions WHERE "
        "(CAST($1 AS TEXT) IS NULL OR domain = CAST($1 AS TEXT)) "
        "AND (CAST($2 AS TEXT) IS NULL OR difficulty = CAST($2 AS TEXT)) "
        "AND (CAST($3 AS TEXT) IS NULL OR question_type = CAST($3 AS TEXT)) "
        "ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5",
        filter.domain, filter.difficulty, filter.type, limit, offset);
    for (const auto& row : rows) {
        listing.questions.push_back(read_question(row));
        load_options(session, listing.questions.back());
    }
    return listing;
}

bool is_pinned(sql::Session& session, const std::string& id) {
    return session
        .query_one(
            "SELECT 1 FROM exam_questions x JOIN exams e ON e.id = x.exam_id "
            "WHERE x.question_id = $1 AND e.status <> 'DRAFT' LIMIT 1",
            id)
        .has_value();
}

std::vector<std::string> exams_with(sql::Session& session, const std::string& id) {
    std::vector<std::string> exams;
    for (const auto& row :
         session.query("SELECT exam_id FROM exam_questions WHERE question_id = $1", id)) {
        exams.push_back(row.text(0));
    }
    return exams;
}

}  // namespace tripos::exams::question_store
