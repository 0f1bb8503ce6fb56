// SPDX-License-Identifier: MIT
#include "rosters/cohort_store.hpp"

#include "accounts/enrolments.hpp"
#include "core/text.hpp"
#include "core/unicode.hpp"

namespace tripos::rosters::cohort_store {

namespace {

constexpr std::string_view kTables = R"(
CREATE TABLE cohorts (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL UNIQUE,
    created_at BIGINT NOT NULL
);
CREATE TABLE cohort_members (
    cohort_id TEXT NOT NULL REFERENCES cohorts (id),
    number_key TEXT NOT NULL,
    PRIMARY KEY (cohort_id, number_key)
);
CREATE INDEX cohort_members_by_number ON cohort_members (number_key);
CREATE TABLE exam_access (
    exam_id TEXT PRIMARY KEY,
    cohort_ids TEXT NOT NULL,
    codes TEXT NOT NULL,
    addresses TEXT NOT NULL,
    config_keys TEXT NOT NULL,
    browser_keys TEXT NOT NULL
)
)";

const auto kAccessColumns = entity::column_names(kAccessMembers);
const auto kSelectAccess = "SELECT " + join(kAccessColumns, ", ") + " FROM exam_access ";

/// What is kept of a cohort.
constexpr auto kStored = entity::only(kMembers, &Cohort::id, &Cohort::name, &Cohort::created_at);

/// As kMembers has them.
const auto kSelectCohorts =
    "SELECT " + join(entity::column_names(kStored), ", ") +
    ", (SELECT COUNT(*) FROM cohort_members m WHERE m.cohort_id = c.id) FROM cohorts c ";

}  // namespace

std::vector<sql::Migration> migrations() {
    return {sql::Migration{.module = "rosters", .number = 1, .statements = kTables}};
}

bool insert(sql::Session& session, const Cohort& cohort) {
    static const auto statement =
        entity::insert_into("cohorts", entity::column_names(kStored), {"name_key"}) +
        " ON CONFLICT (name_key) DO NOTHING RETURNING id";
    return !session.run(statement, entity::values(cohort, kStored, fold(cohort.name))).empty();
}

void remove(sql::Session& session, const std::string& id) {
    session.execute("DELETE FROM cohort_members WHERE cohort_id = $1", id);
    session.execute("DELETE FROM cohorts WHERE id = $1", id);
}

std::optional<Cohort> find(sql::Session& session, const std::string& id) {
    const auto row = session.query_one(kSelectCohorts + "WHERE id = $1", id);
    return row ? std::optional(entity::read<Cohort>(*row, kMembers)) : std::nullopt;
}

std::vector<Cohort> list(sql::Session& session) {
    const auto rows = session.query(kSelectCohorts + "ORDER BY name_key");
    return entity::read_all<Cohort>(rows, kMembers);
}

bool add_member(sql::Session& session, const std::string& cohort_id, const std::string& key) {
    return session.execute(
               "INSERT INTO cohort_members (cohort_id, number_key) VALUES ($1, $2) "
               "ON CONFLICT (cohort_id, number_key) DO NOTHING",
               cohort_id, key) == 1;
}

std::int64_t remove_member(sql::Session& session, const std::string& cohort_id,
                           const std::string& key) {
    return session.execute("DELETE FROM cohort_members WHERE cohort_id = $1 AND number_key = $2",
                           cohort_id, key);
}

bool is_member(sql::Session& session, const std::string& cohort_id, const std::string& key) {
    return session
        .query_one("SELECT 1 FROM cohort_members WHERE cohort_id = $1 AND number_key = $2",
                   cohort_id, key)
        .has_value();
}

std::vector<std::string> members(sql::Session& session, const std::string& cohort_id,
                                 const std::string& after, std::int64_t limit) {
    return session.query_texts(
        "SELECT number_key FROM cohort_members WHERE cohort_id = $1 AND number_key > $2 "
        "ORDER BY number_key LIMIT $3",
        cohort_id, after, limit);
}

std::vector<std::string> cohorts_of(sql::Session& session, const std::string& user_id) {
    const auto number = accounts::vouched_number(session, user_id);
    if (!number) {
        return {};
    }
    return session.query_texts(
        "SELECT cohort_id FROM cohort_members WHERE number_key = $1 ORDER BY cohort_id",
        accounts::enrolment_key(*number));
}

std::optional<ExamAccess> find_access(sql::Session& session, const std::string& exam_id) {
    static const auto statement = kSelectAccess + "WHERE exam_id = $1";
    const auto row = session.query_one(statement, exam_id);
    return row ? std::optional(entity::read<ExamAccess>(*row, kAccessMembers)) : std::nullopt;
}

void put_access(sql::Session& session, const ExamAccess& access) {
    remove_access(session, access.exam_id);
    if (!access.is_open()) {
        static const auto statement = entity::insert_into("exam_access", kAccessColumns);
        session.run(statement, entity::values(access, kAccessMembers));
    }
}

void remove_access(sql::Session& session, const std::string& exam_id) {
    session.execute("DELETE FROM exam_access WHERE exam_id = $1", exam_id);
}

ExamAccessList list_access(sql::Session& session) {
    static const auto statement = kSelectAccess + "ORDER BY exam_id";
    return entity::read_all<ExamAccess>(session.query(statement), kAccessMembers);
}

}  // namespace tripos::rosters::cohort_store
