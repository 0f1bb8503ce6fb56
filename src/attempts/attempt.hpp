// SPDX-License-Identifier: MIT
#pragma once
// Attempt: one candidate's try at an exam - its states, its deadline, the form of its answers.
// Values and pure functions.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "attempts/answer_version.hpp"
#include "attempts/deadline.hpp"
#include "attempts/grading.hpp"
#include "attempts/paper.hpp"
#include "attempts/shapes.hpp"
#include "audit/entry.hpp"
#include "cache/cache.hpp"
#include "core/result.hpp"
#include "exams/exam.hpp"

namespace tripos::attempts {

enum class AttemptStatus { in_progress, submitted, auto_submitted, voided };

std::string_view to_text(AttemptStatus status);

struct Attempt {
    std::string id;
    std::string exam_id;
    std::string user_id;
    AttemptStatus status = AttemptStatus::in_progress;
    Timestamp started_at{};
    Timestamp deadline_at{};  ///< from then on nothing is accepted
    DeadlineReason deadline_reason = DeadlineReason::duration;
    std::chrono::minutes extra_time{0};     ///< in the deadline; see deadline_of()
    std::optional<Timestamp> submitted_at;  ///< of a deadline: the deadline
    std::optional<questions::Marks> score;

    Deadline deadline() const {
        return {.at = deadline_at, .reason = deadline_reason, .extra = extra_time};
    }
};

/// 404, also for whom it is not.
Error no_attempt();

/// For the trail of audit: an entry about the attempt, with its state after the act, and why it was
/// done where there is more to say.
audit::Entry entry_of(std::string action, const Attempt& attempt, const std::string& reason = "");

/// Every member. Who may see which, results/ knows.
inline constexpr auto kMembers =
    entity::Table(entity::Member{"id", &Attempt::id, "attemptId", http::schema::uuid},
                  entity::Member{"exam_id", &Attempt::exam_id, "examId", http::schema::uuid},
                  entity::Member{"user_id", &Attempt::user_id},
                  entity::Member{"status", &Attempt::status, "status", shapes::attempt_status},
                  entity::Member{"started_at", &Attempt::started_at, "startedAt"},
                  entity::Member{"deadline_at", &Attempt::deadline_at},
                  entity::Member{"deadline_reason", &Attempt::deadline_reason},
                  entity::Member{"extra_minutes", &Attempt::extra_time},
                  entity::Member{"submitted_at", &Attempt::submitted_at, "submittedAt"},
                  questions::maybe_marks_member("score", &Attempt::score, "score"));

/// What decoded lists of them hold on the heap.
inline std::size_t decoded_bytes(const std::vector<Attempt>& attempts) {
    return entity::heap_bytes(attempts, kMembers);
}

/// Of all attempts at an exam that count.
struct AttemptStatistics {
    std::int64_t participants = 0;
    std::int64_t in_progress = 0;
    std::int64_t submitted = 0;
    std::int64_t auto_submitted = 0;
    questions::Marks score_sum = 0;  ///< over the graded ones
    std::int64_t graded = 0;
    std::optional<questions::Marks> highest;
    std::optional<questions::Marks> lowest;
};

/// Its columns are what a SELECT from attempts counts.
inline constexpr auto kStatisticsMembers = entity::Table(
    entity::Member{"COUNT(*)", &AttemptStatistics::participants, "participants"},
    entity::Member{"COUNT(CASE WHEN status = 'IN_PROGRESS' THEN 1 END)",
                   &AttemptStatistics::in_progress, "inProgress"},
    entity::Member{"COUNT(CASE WHEN status = 'SUBMITTED' THEN 1 END)",
                   &AttemptStatistics::submitted, "submitted"},
    entity::Member{"COUNT(CASE WHEN status = 'AUTO_SUBMITTED' THEN 1 END)",
                   &AttemptStatistics::auto_submitted, "autoSubmitted"},
    entity::Member{"CAST(COALESCE(SUM(score), 0) AS BIGINT)", &AttemptStatistics::score_sum},
    entity::Member{"COUNT(score)", &AttemptStatistics::graded},
    questions::maybe_marks_member("MAX(score)", &AttemptStatistics::highest, "highestScore"),
    questions::maybe_marks_member("MIN(score)", &AttemptStatistics::lowest, "lowestScore"));

/// serverTime, deadline, deadlineReason and extraMinutes, into the open object: all that a
/// countdown needs.
void write_clock(http::JsonWriter& json, const Deadline& deadline, Timestamp now);

/// What a candidate is told of their attempt beside an exam, into the open object; null: none.
void write_own(http::JsonWriter& json, const Attempt* attempt);
/// Of a candidate's attempts, the one at this exam; null: none.
const Attempt* at_exam(const std::vector<Attempt>& attempts, std::string_view exam_id);

/// Who may still answer at an exam.
struct Sitting {
    bool is_running = false;  ///< an attempt is in progress; not one that a close has yet to end
    Timestamp open_until{};   ///< the last end of a window of one who has not begun; none: 1970
};
/// Whether scores and keys may be shown: nobody answers any more, and nobody will.
bool is_released(const exams::Exam& exam, const Sitting& sitting, Timestamp now);
std::string encode_sitting(const Sitting& sitting);
std::optional<Sitting> decode_sitting(std::string_view bytes);

/// What a save gives.
struct AnswerInput {
    std::string question_id;
    std::optional<std::vector<std::string>> option_ids;  ///< nothing: not given
    bool has_number = false;                             ///< given, possibly as null
    std::optional<std::string> number;
    std::optional<bool> is_flagged;
    std::optional<std::int64_t> revision;
    std::string client_id;
};

/// The answer to store, or why it does not fit the paper. Empty means cleared.
Result<Answer> check_answer(const Paper& paper, AnswerInput input);
/// As check_answer(); with a flag and nothing else the answer stays as it is.
Result<AnswerSave> check_save(const Paper& paper, AnswerInput input);

/// A candidate's attempt at one exam as a cached value; views into the bytes it keeps alive.
struct AttemptState {
    cache::Bytes bytes;
    std::string_view attempt_id;  ///< empty: there is no attempt
    AttemptStatus status = AttemptStatus::in_progress;
    Deadline deadline;
    std::vector<SavedAnswer> answers;
    std::string_view versions;  ///< JSON: [{questionId, revision, flagged}]

    /// Nothing when the bytes are of another format.
    static std::optional<AttemptState> read(cache::Bytes bytes);
};

/// What it holds on the heap besides the bytes.
inline std::size_t decoded_bytes(const AttemptState& state) {
    return state.answers.capacity() * sizeof(SavedAnswer);
}

std::string encode_attempt(const std::optional<Attempt>& attempt,
                           const std::vector<AnswerVersion>& versions);

/// A candidate's attempts as one cached value, and back.
std::string encode_attempts(const std::vector<Attempt>& attempts);
std::optional<std::vector<Attempt>> decode_attempts(std::string_view bytes);

}  // namespace tripos::attempts
