// SPDX-License-Identifier: MIT
#include "questions/question_store.hpp"

#include "core/text.hpp"

namespace tripos::questions::question_store {

namespace {

// Older databases have them from step 1 of exams/, which once made the tables of four modules.
constexpr std::string_view kTables = R"(
CREATE TABLE IF NOT EXISTS questions (
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
CREATE INDEX IF NOT EXISTS questions_by_creation ON questions (created_at, id);
CREATE TABLE IF NOT EXISTS question_options (
    id TEXT PRIMARY KEY,
    question_id TEXT NOT NULL REFERENCES questions (id),
    position BIGINT NOT NULL,
    text TEXT NOT NULL,
    is_correct INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS question_options_by_question ON question_options (question_id, position)
)";

constexpr std::string_view kFormat =
    "ALTER TABLE questions ADD COLUMN format TEXT NOT NULL DEFAULT 'plain'";

const auto kMemberColumns = entity::column_names(kMembers);
const std::vector<std::string> kKeyColumns{"numerical_answer", "tolerance"};
const std::string kKeyless = join(kMemberColumns, ", ");
const std::string kColumns = kKeyless + ", " + join(kKeyColumns, ", ");

std::string select(std::string_view columns, std::string_view rest) {
    return "SELECT " + std::string(columns) + " FROM questions WHERE " + std::string(rest);
}

NumericalKey read_number(const sql::Row& row, std::size_t at) {
    return {.value = row.text(at), .tolerance = row.text(at + 1)};
}

/// Of either list of columns.
Question read_question(const sql::Row& row) {
    auto question = entity::read<Question>(row, kMembers);
    const auto width = kMemberColumns.size();
    if (row.size() > width && !row.is_null(width)) {
        question.key = read_number(row, width);
    }
    return question;
}

ById<Question> read_by_id(const std::vector<sql::Row>& rows) {
    ById<Question> found;
    for (const auto& row : rows) {
        auto question = read_question(row);
        auto id = question.id;
        found.emplace(std::move(id), std::move(question));
    }
    return found;
}

void insert_options(sql::Session& session, const Question& question) {
    static const auto statement = entity::insert_into(
        "question_options", entity::column_names(kOptionMembers), {"question_id", "position"});
    std::int64_t position = 0;
    for (const auto& option : question.options) {
        session.run(statement, entity::values(option, kOptionMembers, question.id, ++position));
    }
}

/// What those members say of the options.
template <class T, class Table>
ById<std::vector<T>> options_of(sql::Session& session, const std::vector<std::string>& ids,
                                const Table& members) {
    const auto columns = entity::column_names(members);
    const auto rows = session.query(
        "SELECT " + join(columns, ", ") + ", question_id FROM question_options WHERE " +
            sql::among(session, "question_id", "$1") + " ORDER BY question_id, position",
        join(ids, ","));
    ById<std::vector<T>> found;
    for (const auto& row : rows) {
        found[row.text(columns.size())].push_back(entity::read<T>(row, members));
    }
    return found;
}

/// Of kColumns.
std::vector<sql::Value> values_of(const Question& question) {
    const auto& key = question.key;
    return entity::values(question, kMembers, key ? std::optional(key->value) : std::nullopt,
                          key ? std::optional(key->tolerance) : std::nullopt);
}

}  // namespace

std::vector<sql::Migration> migrations() {
    return {{.module = "questions", .number = 1, .statements = kTables},
            {.module = "questions", .number = 2, .statements = kFormat}};
}

bool insert(sql::Session& session, const Question& question) {
    static const auto statement = entity::insert_into("questions", kMemberColumns, kKeyColumns) +
                                  " ON CONFLICT (id) DO NOTHING";
    session.run(statement, values_of(question));
    const bool is_new = session.affected() > 0;
    if (is_new) {
        insert_options(session, question);
    }
    return is_new;
}

void update(sql::Session& session, const Question& question) {
    static const auto statement = entity::update_of("questions", kMemberColumns, kKeyColumns);
    session.run(statement, values_of(question));
    session.execute("DELETE FROM question_options WHERE question_id = $1", question.id);
    insert_options(session, question);
}

void remove(sql::Session& session, const std::string& id) {
    session.execute("DELETE FROM question_options WHERE question_id = $1", id);
    session.execute("DELETE FROM questions WHERE id = $1", id);
}

std::optional<Question> find(sql::Session& session, const std::string& id) {
    auto found = find_all(session, {id});
    return found.empty() ? std::nullopt : std::optional(std::move(found.begin()->second));
}

bool lock(sql::Session& session, const std::string& id) {
    return session
        .query_one(sql::locking(session, "SELECT id FROM questions WHERE id = $1", "FOR UPDATE"),
                   id)
        .has_value();
}

Listing list(sql::Session& session, const Filter& filter, std::int64_t limit, std::int64_t offset) {
    Listing listing;
    constexpr std::string_view kMatches =
        "(CAST($1 AS TEXT) IS NULL OR domain = CAST($1 AS TEXT)) "
        "AND (CAST($2 AS TEXT) IS NULL OR difficulty = CAST($2 AS TEXT)) "
        "AND (CAST($3 AS TEXT) IS NULL OR question_type = CAST($3 AS TEXT))";
    static const auto count = select("COUNT(*)", kMatches);
    static const auto page =
        select(kColumns, kMatches) + " ORDER BY created_at DESC, id DESC LIMIT $4 OFFSET $5";
    listing.total =
        session.query_one(count, filter.domain, filter.difficulty, filter.type)->integer(0);
    const auto rows =
        session.query(page, filter.domain, filter.difficulty, filter.type, limit, offset);
    std::vector<std::string> ids;
    for (const auto& row : rows) {
        listing.questions.push_back(read_question(row));
        ids.push_back(row.text(0));
    }
    auto options = options_of<Option>(session, ids, kOptionMembers);
    for (auto& question : listing.questions) {
        question.options = std::move(options[question.id]);
    }
    return listing;
}

ById<Question> outlines(sql::Session& session, const std::vector<std::string>& ids) {
    return read_by_id(
        session.query(select(kKeyless, sql::among(session, "id", "$1")), join(ids, ",")));
}

ById<Question> hold(sql::Session& session, const std::vector<std::string>& ids) {
    const auto statement = select(kKeyless, sql::among(session, "id", "$1") + " ORDER BY id");
    return read_by_id(session.query(sql::locking(session, statement, "FOR SHARE"), join(ids, ",")));
}

ById<std::vector<ShownOption>> shown_options(sql::Session& session,
                                             const std::vector<std::string>& ids) {
    return options_of<ShownOption>(session, ids, kShownMembers);
}

ById<Question> find_all(sql::Session& session, const std::vector<std::string>& ids) {
    auto found = read_by_id(
        session.query(select(kColumns, sql::among(session, "id", "$1")), join(ids, ",")));
    for (auto& [id, options] : options_of<Option>(session, ids, kOptionMembers)) {
        found.at(id).options = std::move(options);
    }
    return found;
}

ById<QuestionKey> keys_of(sql::Session& session, const std::vector<std::string>& ids) {
    const auto given = join(ids, ",");
    ById<QuestionKey> found;
    for (const auto& row : session.query(select("id, question_type, numerical_answer, tolerance",
                                                sql::among(session, "id", "$1")),
                                         given)) {
        auto& key = found[row.text(0)];
        key.type = entity::from_text<QuestionType>(row.text(1));
        if (!row.is_null(2)) {
            key.number = read_number(row, 2);
        }
    }
    for (const auto& row :
         session.query("SELECT question_id, id FROM question_options WHERE is_correct = 1 AND " +
                           sql::among(session, "question_id", "$1"),
                       given)) {
        found.at(row.text(0)).correct_ids.push_back(row.text(1));
    }
    return found;
}

}  // namespace tripos::questions::question_store
