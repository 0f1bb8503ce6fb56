// SPDX-License-Identifier: MIT
#include "exams/exam_store.hpp"

#include "audit/trail.hpp"
#include "core/text.hpp"
#include "exams/accommodation_store.hpp"
#include "exams/exam_staff.hpp"
#include "questions/question_store.hpp"

namespace tripos::exams::exam_store {

namespace {

constexpr std::string_view kTables = R"(
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

constexpr std::string_view kBoard = R"(
ALTER TABLE exams ADD COLUMN board_view TEXT NOT NULL DEFAULT 'EVERYONE';
ALTER TABLE exams ADD COLUMN board_names TEXT NOT NULL DEFAULT 'FULL'
)";

constexpr std::string_view kPapers = R"(
ALTER TABLE exams ADD COLUMN instructions TEXT NOT NULL DEFAULT '';
ALTER TABLE exams ADD COLUMN option_salt TEXT NOT NULL DEFAULT '';
UPDATE exam_questions SET position = places.place FROM (SELECT id, ROW_NUMBER() OVER
    (PARTITION BY exam_id ORDER BY position) AS place FROM exam_questions) AS places
    WHERE places.id = exam_questions.id
)";

// Of a draft none; what was published before gets the setting of that time with the next start.
constexpr std::string_view kNegativeMarks = "ALTER TABLE exams ADD COLUMN negative_marks_rule TEXT";

const auto kColumns = entity::column_names(kMembers);
const auto kPlaceColumns = entity::column_names(kQuestionMembers);
const std::string kSelect = "SELECT " + join(kColumns, ", ") + " FROM exams ";
const std::string kFind = kSelect + "WHERE id = $1";

std::optional<Exam> find_by(sql::Session& session, std::string_view statement,
                            const std::string& id) {
    const auto row = session.query_one(statement, id);
    return row ? std::optional(entity::read<Exam>(*row, kMembers)) : std::nullopt;
}

// Other exams that ask a question of exam $1.
const std::string kSharing =
    " FROM exam_questions own JOIN exam_questions x ON x.question_id = own.question_id "
    "JOIN exams e ON e.id = x.exam_id WHERE own.exam_id = $1 AND x.exam_id <> $1";

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "exams", .number = 1, .statements = kTables},
            sql::Migration{.module = "exams", .number = 2, .statements = kCreator},
            exam_staff::migration(),
            sql::Migration{.module = "exams", .number = 4, .statements = kBoard},
            accommodation_store::migration(),
            sql::Migration{.module = "exams", .number = 6, .statements = kPapers},
            sql::Migration{.module = "exams", .number = 7, .statements = kNegativeMarks}};
}

bool insert(sql::Session& session, const Exam& exam) {
    static const auto statement =
        entity::insert_into("exams", kColumns) + " ON CONFLICT (id) DO NOTHING";
    session.run(statement, entity::values(exam, kMembers));
    return session.affected() > 0;
}

void update(sql::Session& session, const Exam& exam) {
    static const auto statement = entity::update_of("exams", kColumns);
    session.run(statement, entity::values(exam, kMembers));
}

void remove(sql::Session& session, const std::string& id) {
    exam_staff::assign(session, id, {});
    accommodation_store::forget_exam(session, id);
    session.execute("DELETE FROM exam_questions WHERE exam_id = $1", id);
    session.execute("DELETE FROM exams WHERE id = $1", id);
}

std::optional<Exam> find(sql::Session& session, const std::string& id) {
    return find_by(session, kFind, id);
}

std::optional<Exam> find_to_change(sql::Session& session, const std::string& id) {
    return find_by(session, sql::locking(session, kFind, "FOR UPDATE"), id);
}

std::optional<Exam> find_to_rely_on(sql::Session& session, const std::string& id) {
    return find_by(session, sql::locking(session, kFind, "FOR SHARE"), id);
}

std::vector<Exam> list(sql::Session& session) {
    static const auto statement = kSelect + "ORDER BY created_at DESC, id DESC";
    return entity::read_all<Exam>(session.query(statement), kMembers);
}

std::vector<ExamQuestion> places_of(sql::Session& session, const std::string& exam_id) {
    static const auto statement = "SELECT " + join(kPlaceColumns, ", ") +
                                  " FROM exam_questions WHERE exam_id = $1 ORDER BY position";
    return entity::read_all<ExamQuestion>(session.query(statement, exam_id), kQuestionMembers);
}

std::vector<ExamQuestion> questions_of(sql::Session& session, const std::string& exam_id) {
    auto places = places_of(session, exam_id);
    const auto outlines = questions::question_store::outlines(session, ids_of(places));
    for (auto& place : places) {
        const auto& question = outlines.at(place.question_id);
        place.statement = question.statement;
        place.format = question.format;
        place.type = question.type;
        place.domain = question.domain;
        place.difficulty = question.difficulty;
        place.bank_marks = question.marks;
        place.created_at = question.created_at;
        place.updated_at = question.updated_at;
    }
    return places;
}

std::vector<std::string> ids_of(const std::vector<ExamQuestion>& places) {
    std::vector<std::string> ids;
    for (const auto& place : places) {
        ids.push_back(place.question_id);
    }
    return ids;
}

void add_question(sql::Session& session, const std::string& exam_id, const ExamQuestion& question) {
    static const auto statement = entity::insert_into("exam_questions", kPlaceColumns, {"exam_id"});
    session.run(statement, entity::values(question, kQuestionMembers, exam_id));
}

void remove_question(sql::Session& session, const std::string& exam_id,
                     const std::string& question_id) {
    const auto place = session.query_one(
        "DELETE FROM exam_questions WHERE exam_id = $1 AND question_id = $2 RETURNING position",
        exam_id, question_id);
    if (place) {
        session.execute(
            "UPDATE exam_questions SET position = position - 1 WHERE exam_id = $1 AND "
            "position > $2",
            exam_id, place->integer(0));
    }
}

void freeze_questions(sql::Session& session, const std::string& exam_id) {
    const auto places = places_of(session, exam_id);
    const auto held = questions::question_store::hold(session, ids_of(places));
    for (const auto& place : places) {
        const auto negative_marks = held.at(place.question_id).negative_marks;
        if (negative_marks != place.negative_marks) {
            session.execute("UPDATE exam_questions SET negative_marks = $2 WHERE id = $1", place.id,
                            negative_marks);
        }
    }
}

NegativeMarks negative_marks_of(sql::Session& session, const std::string& exam_id) {
    const auto row =
        session.query_one("SELECT negative_marks_rule FROM exams WHERE id = $1", exam_id);
    const auto rule = row ? row->maybe_text(0) : std::nullopt;
    return rule ? entity::from_text<NegativeMarks>(*rule) : NegativeMarks::count;
}

void pin_negative_marks(sql::Session& session, const std::string& exam_id, NegativeMarks rule) {
    session.execute("UPDATE exams SET negative_marks_rule = $2 WHERE id = $1", exam_id,
                    to_text(rule));
}

std::int64_t pin_older(sql::Session& session, NegativeMarks rule, std::int64_t rows) {
    return session.execute(
        "UPDATE exams SET negative_marks_rule = $1 WHERE id IN (SELECT id FROM exams "
        "WHERE negative_marks_rule IS NULL AND status <> 'DRAFT' LIMIT $2)",
        to_text(rule), rows);
}

bool is_pinned(sql::Session& session, const std::string& question_id) {
    return session
        .query_one(
            "SELECT 1 FROM exam_questions x JOIN exams e ON e.id = x.exam_id "
            "WHERE x.question_id = $1 AND e.status <> 'DRAFT' LIMIT 1",
            question_id)
        .has_value();
}

std::vector<std::string> exams_with(sql::Session& session, const std::string& question_id) {
    return session.query_texts("SELECT exam_id FROM exam_questions WHERE question_id = $1",
                               question_id);
}

std::vector<std::string> sharing_with(sql::Session& session, const std::string& exam_id,
                                      Timestamp now, std::int64_t limit) {
    return session.query_texts(
        "SELECT DISTINCT e.id" + kSharing +
            " AND e.status = 'PUBLISHED' AND e.end_at > $2 ORDER BY e.id LIMIT $3",
        exam_id, now, limit);
}

std::vector<std::string> exams_sharing(sql::Session& session, const std::string& exam_id) {
    return session.query_texts("SELECT DISTINCT e.id" + kSharing, exam_id);
}

std::vector<SharedQuestion> shared_questions(sql::Session& session, const std::string& exam_id) {
    static const auto statement = "SELECT " + join(entity::column_names(kSharedMembers), ", ") +
                                  kSharing + " AND e.status <> 'DRAFT'";
    return entity::read_all<SharedQuestion>(session.query(statement, exam_id), kSharedMembers);
}

void drop_question(sql::Session& session, const std::string& question_id) {
    for (const auto& exam_id : exams_with(session, question_id)) {
        remove_question(session, exam_id, question_id);
    }
}

std::int64_t move_old_audit(sql::Session& session, std::int64_t rows) {
    const auto found = session.query(
        "DELETE FROM exam_audit WHERE id IN (SELECT id FROM exam_audit ORDER BY id LIMIT $1) "
        "RETURNING id, at, actor_id, action, exam_id, attempt_id, detail",
        rows);
    for (const auto& row : found) {
        const auto exam = exam_subject(row.text(4));
        const auto attempt = row.maybe_text(5);
        audit::append(session, {.id = row.text(0),
                                .at = row.time(1),
                                .actor = {.id = row.text(2)},
                                .entry = {.action = (attempt ? "attempt." : "exam.") + row.text(3),
                                          .subject = attempt ? "attempt:" + *attempt : exam,
                                          .within = attempt ? exam : std::string(),
                                          .after = audit::facts({{"detail", row.text(6)}})}});
    }
    return static_cast<std::int64_t>(found.size());
}

}  // namespace tripos::exams::exam_store
