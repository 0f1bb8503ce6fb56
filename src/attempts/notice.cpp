// SPDX-License-Identifier: MIT
#include "attempts/notice.hpp"

#include "core/text.hpp"

namespace tripos::attempts {

namespace {

constexpr char kNoticesFormat = 'N';

}  // namespace

std::string encode_notices(const std::vector<Notice>& notices) {
    return entity::encode(kNoticesFormat, notices, kNoticeColumns);
}

std::optional<std::vector<Notice>> decode_notices(std::string_view bytes) {
    return entity::decode<Notice>(kNoticesFormat, bytes, kNoticeColumns);
}

namespace notice_store {

namespace {

constexpr std::string_view kNotices = R"(
CREATE TABLE exam_notices (
    exam_id TEXT NOT NULL REFERENCES exams (id),
    number BIGINT NOT NULL,
    user_id TEXT NOT NULL,
    text TEXT NOT NULL,
    sent_by TEXT NOT NULL,
    sent_at BIGINT NOT NULL,
    PRIMARY KEY (exam_id, number)
);
CREATE TABLE notices_seen (
    exam_id TEXT NOT NULL REFERENCES exams (id),
    user_id TEXT NOT NULL,
    seen BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    PRIMARY KEY (exam_id, user_id)
);
CREATE INDEX notices_seen_by_number ON notices_seen (exam_id, seen)
)";

const auto kNoticeNames = entity::column_names(kNoticeColumns);

}  // namespace

sql::Migration migration() {
    return {.module = "attempts", .number = 11, .statements = kNotices};
}

void put(sql::Session& session, const std::string& exam_id, Notice& notice) {
    static const auto statement = entity::insert_into("exam_notices", kNoticeNames, {"exam_id"});
    notice.number = 1 + session
                            .query_one(
                                "SELECT CAST(COALESCE(MAX(number), 0) AS BIGINT) FROM "
                                "exam_notices WHERE exam_id = $1",
                                exam_id)
                            ->integer(0);
    session.run(statement, entity::values(notice, kNoticeColumns, exam_id));
}

std::vector<Notice> list(sql::Session& session, const std::string& exam_id) {
    static const auto statement =
        "SELECT n." + join(kNoticeNames, ", n.") +
        ", (SELECT COUNT(*) FROM notices_seen s WHERE s.exam_id = $1 AND s.seen >= n.number AND "
        "(n.user_id = '' OR s.user_id = n.user_id)) FROM exam_notices n WHERE n.exam_id = $1 "
        "ORDER BY n.number";
    std::vector<Notice> notices;
    for (const auto& row : session.query(statement, exam_id)) {
        notices.push_back(entity::read<Notice>(row, kNoticeColumns));
        notices.back().seen = row.integer(kNoticeNames.size());
    }
    return notices;
}

std::int64_t seen_up_to(sql::Session& session, const std::string& exam_id,
                        const std::string& user_id) {
    const auto row = session.query_one(
        "SELECT seen FROM notices_seen WHERE exam_id = $1 AND user_id = $2", exam_id, user_id);
    return row ? row->integer(0) : 0;
}

void see(sql::Session& session, const std::string& exam_id, const std::string& user_id,
         std::int64_t number, Timestamp now) {
    session.execute(
        "INSERT INTO notices_seen (exam_id, user_id, seen, seen_at) VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (exam_id, user_id) DO UPDATE SET seen = excluded.seen, "
        "seen_at = excluded.seen_at WHERE notices_seen.seen < excluded.seen",
        exam_id, user_id, number, now);
}

}  // namespace notice_store

}  // namespace tripos::attempts
