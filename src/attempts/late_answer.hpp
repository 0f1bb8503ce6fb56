// SPDX-License-Identifier: MIT
#pragma once
// LateAnswer: what arrived after the end of an attempt, up to a day later. It is refused, and kept
// apart as evidence, the newest of each question (table late_answers); it counts when staff accept
// it. Functions run inside the caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "attempts/answer_version.hpp"
#include "module/entity.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::attempts {

/// So long after the end.
inline constexpr std::chrono::hours kLateFor{24};

struct LateAnswer {
    std::string question_id;
    std::vector<std::string> option_ids;
    std::optional<std::string> number;  ///< as decimal_text() writes it
    std::string client_id;
    Timestamp arrived_at{};
    std::optional<Timestamp> accepted_at;
    std::optional<std::string> accepted_by;

    Answer answer() const;
};

inline constexpr auto kLateColumns = entity::Table(
    entity::Member{"question_id", &LateAnswer::question_id, "questionId", http::schema::uuid},
    entity::Member{"option_ids", &LateAnswer::option_ids},
    entity::Member{"number", &LateAnswer::number},
    entity::Member{"client_id", &LateAnswer::client_id, "clientId"},
    entity::Member{"arrived_at", &LateAnswer::arrived_at, "arrivedAt"},
    entity::Member{"accepted_at", &LateAnswer::accepted_at, "acceptedAt"},
    entity::Member{"accepted_by", &LateAnswer::accepted_by, "acceptedBy"});

namespace late_store {

sql::Migration migration();

/// What of it came late to the candidate's attempt that counts; how many were kept.
std::int64_t keep(sql::Session& session, const std::string& exam_id, const std::string& user_id,
                  const std::vector<AnswerSave>& saves, Timestamp arrived_at);
/// In the order of arrival.
std::vector<LateAnswer> list(sql::Session& session, const std::string& attempt_id);
void accept(sql::Session& session, const std::string& attempt_id, const std::string& question_id,
            const std::string& by, Timestamp now);
/// Of all attempts at the exam.
std::int64_t count_accepted(sql::Session& session, const std::string& exam_id);

}  // namespace late_store

}  // namespace tripos::attempts
