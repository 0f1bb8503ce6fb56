// SPDX-License-Identifier: MIT
#include "exams/accommodation_store.hpp"

#include "core/text.hpp"

namespace tripos::exams::accommodation_store {

namespace {

// exam_id is empty for what holds at every exam: a unique index takes every NULL for another.
constexpr std::string_view kAccommodations = R"(
CREATE TABLE accommodations (
    id TEXT PRIMARY KEY,
    user_id TEXT NOT NULL,
    exam_id TEXT NOT NULL,
    minutes BIGINT,
    multiplier BIGINT,
    start_at BIGINT,
    end_at BIGINT,
    reason TEXT NOT NULL,
    created_by TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX accommodations_one ON accommodations (user_id, exam_id);
CREATE INDEX accommodations_by_exam ON accommodations (exam_id, id);
ALTER TABLE exams ADD COLUMN extra_past_end INTEGER NOT NULL DEFAULT 1;
ALTER TABLE exams DROP COLUMN release_at
)";

const auto kColumnNames = entity::column_names(kAccommodationMembers);
const std::string kSelectAccommodations =
    "SELECT " + join(kColumnNames, ", ") + " FROM accommodations ";

std::vector<Accommodation> read_accommodations(const std::vector<sql::Row>& rows) {
    return entity::read_all<Accommodation>(rows, kAccommodationMembers);
}

std::optional<Accommodation> first_of(std::vector<Accommodation> found) {
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

const std::string kSelectWindows = "SELECT " + join(entity::column_names(kWindowMembers), ", ") +
                                   " FROM accommodations WHERE start_at IS NOT NULL AND ";

}  // namespace

sql::Migration migration() {
    return {.module = "exams", .number = 5, .statements = kAccommodations};
}

void put(sql::Session& session, const Accommodation& accommodation) {
    static const auto statement =
        entity::upsert_into("accommodations", kColumnNames, {"user_id", "exam_id"});
    session.run(statement, entity::values(accommodation, kAccommodationMembers));
}

void remove(sql::Session& session, const std::string& id) {
    session.execute("DELETE FROM accommodations WHERE id = $1", id);
}

std::optional<Accommodation> find(sql::Session& session, const std::string& id) {
    static const auto statement = kSelectAccommodations + "WHERE id = $1";
    return first_of(read_accommodations(session.query(statement, id)));
}

std::optional<Accommodation> find_of(sql::Session& session, const std::string& user_id,
                                     const std::string& exam_id) {
    static const auto statement = kSelectAccommodations + "WHERE user_id = $1 AND exam_id = $2";
    return first_of(read_accommodations(session.query(statement, user_id, exam_id)));
}

std::vector<Accommodation> list_for(sql::Session& session, const std::string& user_id,
                                    const std::string& exam_id) {
    static const auto statement =
        kSelectAccommodations + "WHERE user_id = $1 AND exam_id IN ($2, '') ORDER BY exam_id DESC";
    return read_accommodations(session.query(statement, user_id, exam_id));
}

std::vector<std::string> people_with_some(sql::Session& session, const std::string& exam_id,
                                          std::int64_t limit) {
    return session.query_texts(
        "SELECT user_id FROM accommodations WHERE exam_id = $1 ORDER BY id LIMIT $2", exam_id,
        limit);
}

std::vector<Accommodation> list(sql::Session& session, const std::string& user_id,
                                const std::string& exam_id, const std::string& after,
                                std::int64_t limit) {
    static const auto statement =
        kSelectAccommodations +
        "WHERE (CAST($1 AS TEXT) = '' OR user_id = $1) AND (CAST($2 AS TEXT) = '' OR exam_id = $2) "
        "AND id > $3 ORDER BY id LIMIT $4";
    return read_accommodations(session.query(statement, user_id, exam_id, after, limit));
}

std::vector<OwnWindow> windows_of(sql::Session& session, const std::string& user_id) {
    static const auto statement = kSelectWindows + "user_id = $1";
    return entity::read_all<OwnWindow>(session.query(statement, user_id), kWindowMembers);
}

std::vector<OwnWindow> windows_at(sql::Session& session, const std::string& exam_id) {
    static const auto statement = kSelectWindows + "exam_id = $1";
    return entity::read_all<OwnWindow>(session.query(statement, exam_id), kWindowMembers);
}

void forget_candidate(sql::Session& session, const std::string& user_id) {
    session.execute("DELETE FROM accommodations WHERE user_id = $1", user_id);
}

void forget_exam(sql::Session& session, const std::string& exam_id) {
    session.execute("DELETE FROM accommodations WHERE exam_id = $1", exam_id);
}

}  // namespace tripos::exams::accommodation_store
