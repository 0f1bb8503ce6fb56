// SPDX-License-Identifier: MIT
#include "attempts/correction_store.hpp"

#include "core/text.hpp"

namespace tripos::attempts::correction_store {

namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE key_corrections (
    exam_id TEXT NOT NULL REFERENCES exams (id),
    number BIGINT NOT NULL,
    question_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    answers TEXT NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    PRIMARY KEY (exam_id, number)
);
CREATE TABLE regrades (
    id TEXT PRIMARY KEY,
    exam_id TEXT NOT NULL REFERENCES exams (id),
    through BIGINT NOT NULL,
    run TEXT NOT NULL,
    applied_at BIGINT NOT NULL
);
CREATE INDEX regrades_by_exam ON regrades (exam_id, through)
)";

const auto kColumns = entity::column_names(kCorrectionMembers);
const auto kSelect = "SELECT " + join(kColumns, ", ") + " FROM key_corrections WHERE exam_id = $1 ";

}  // namespace

sql::Migration migration() {
    return {.module = "attempts", .number = 9, .statements = kTables};
}

std::int64_t append(sql::Session& session, Correction correction) {
    static const auto statement = entity::insert_into("key_corrections", kColumns);
    correction.number = extent(session, correction.exam_id).last + 1;
    session.run(statement, entity::values(correction, kCorrectionMembers));
    return correction.number;
}

std::vector<Correction> list(sql::Session& session, const std::string& exam_id) {
    static const auto statement = kSelect + "ORDER BY number";
    return entity::read_all<Correction>(session.query(statement, exam_id), kCorrectionMembers);
}

Extent extent(sql::Session& session, const std::string& exam_id) {
    const auto row = session.query_one(
        "SELECT (SELECT MAX(number) FROM key_corrections WHERE exam_id = $1), "
        "(SELECT MAX(through) FROM regrades WHERE exam_id = $1)",
        exam_id);
    return {.last = row->maybe_integer(0).value_or(0),
            .in_force = row->maybe_integer(1).value_or(0)};
}

std::vector<Correction> in_force(sql::Session& session, const std::string& exam_id) {
    static const auto statement =
        kSelect +
        "AND number <= (SELECT MAX(through) FROM regrades WHERE exam_id = $1) ORDER BY number";
    return entity::read_all<Correction>(session.query(statement, exam_id), kCorrectionMembers);
}

void put_in_force(sql::Session& session, const std::string& exam_id, const std::string& id,
                  const std::string& run, Timestamp now) {
    session.execute(
        "INSERT INTO regrades (id, exam_id, through, run, applied_at) VALUES ($1, $2, $3, $4, $5)",
        id, exam_id, extent(session, exam_id).last, run, now);
}

}  // namespace tripos::attempts::correction_store
