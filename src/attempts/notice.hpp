// SPDX-License-Identifier: MIT
#pragma once
// Notice: what staff tell the candidates of an exam while it runs (tables exam_notices,
// notices_seen). Notices of an exam are numbered from 1; a candidate's page asks for those behind
// the last it has shown, and by that says what was seen. Functions run inside the caller's
// transaction.

#include <optional>
#include <string>
#include <vector>

#include "module/entity.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::attempts {

struct Notice {
    std::int64_t number = 0;
    std::string user_id;  ///< empty: to everybody
    std::string text;
    std::string author;
    Timestamp sent_at{};
    std::int64_t seen = 0;  ///< by how many; of notice_store::list() only

    bool is_for(std::string_view candidate) const {
        return user_id.empty() || user_id == candidate;
    }
};

inline constexpr auto kNoticeColumns =
    entity::Table(entity::Member{"number", &Notice::number, "number"},
                  entity::Member{.column = "user_id",
                                 .value = &Notice::user_id,
                                 .name = "userId",
                                 .empty = entity::Empty::null},
                  entity::Member{"text", &Notice::text, "text"},
                  entity::Member{"sent_by", &Notice::author, "author"},
                  entity::Member{"sent_at", &Notice::sent_at, "sentAt"});

/// As staff see them.
inline constexpr auto kNoticeMembers =
    entity::joined(kNoticeColumns, entity::Table(entity::Member{nullptr, &Notice::seen, "seen"}));

/// As candidates do.
inline constexpr auto kToldMembers =
    entity::only(kNoticeColumns, &Notice::number, &Notice::text, &Notice::sent_at);

/// What decoded lists of them hold on the heap.
inline std::size_t decoded_bytes(const std::vector<Notice>& notices) {
    return entity::heap_bytes(notices, kNoticeColumns);
}

/// Those of an exam as one cached value, and back.
std::string encode_notices(const std::vector<Notice>& notices);
std::optional<std::vector<Notice>> decode_notices(std::string_view bytes);

/// How far a candidate's page has shown them.
struct NoticesSeen {
    std::int64_t number = 0;  ///< of the last that was for the candidate
    Timestamp at{};           ///< when that was first heard
};

inline constexpr auto kSeenMembers =
    entity::Table(entity::Member{"seen", &NoticesSeen::number, "upTo"},
                  entity::Member{"seen_at", &NoticesSeen::at, "at"});

namespace notice_store {

sql::Migration migration();

/// Numbers it behind the last. Requires: the exam is locked.
void put(sql::Session& session, const std::string& exam_id, Notice& notice);
std::vector<Notice> list(sql::Session& session, const std::string& exam_id);
/// The candidate's page has shown all up to that number.
void see(sql::Session& session, const std::string& exam_id, const std::string& user_id,
         std::int64_t number, Timestamp now);
/// Nothing when none was seen.
std::optional<NoticesSeen> seen_by(sql::Session& session, const std::string& exam_id,
                                   const std::string& user_id);

}  // namespace notice_store

}  // namespace tripos::attempts
