// SPDX-License-Identifier: MIT
#pragma once
// Result: an ended attempt with its key, marks and answers - what a candidate sees after release,
// and what staff list. Values and pure functions. May hold the answer key: served only once
// is_released() says so.

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/candidate.hpp"
#include "attempts/attempt.hpp"
#include "attempts/correction.hpp"
#include "exams/exam.hpp"

namespace tripos::results {

/// What an attempt is of.
inline constexpr auto kIdMembers =
    entity::only(attempts::kMembers, &attempts::Attempt::id, &attempts::Attempt::exam_id);
/// Of one in its candidate's lists: without the score, which may not be released.
inline constexpr auto kTakenMembers = entity::joined(
    kIdMembers, entity::only(attempts::kMembers, &attempts::Attempt::status,
                             &attempts::Attempt::submitted_at, &attempts::Attempt::started_at));
/// Of one whose result its candidate sees, behind the ids.
/// Of the exam: under a name of its own beside an attempt's members, and when it was.
inline constexpr auto kExamTitle =
    entity::Table(entity::Member{nullptr, &exams::Exam::title, "examTitle"});
inline constexpr auto kExamTimes =
    entity::only(exams::kMembers, &exams::Exam::duration, &exams::Exam::end_at);
inline constexpr auto kExamDuration = entity::only(exams::kMembers, &exams::Exam::duration);

inline constexpr auto kScoredMembers =
    entity::only(attempts::kMembers, &attempts::Attempt::score, &attempts::Attempt::status,
                 &attempts::Attempt::submitted_at);
/// Of one in the staff's list, beside its candidate.
inline constexpr auto kListedMembers = entity::only(
    attempts::kMembers, &attempts::Attempt::id, &attempts::Attempt::status,
    &attempts::Attempt::score, &attempts::Attempt::started_at, &attempts::Attempt::submitted_at);

/// A question in a result, before its answers.
inline constexpr auto kAnsweredMembers = entity::joined(
    entity::Table(entity::Member{nullptr, &exams::ExamQuestion::question_id, "questionId",
                                 http::schema::uuid}),
    entity::only(exams::kQuestionMembers, &exams::ExamQuestion::order,
                 &exams::ExamQuestion::statement, &exams::ExamQuestion::format,
                 &exams::ExamQuestion::type, &exams::ExamQuestion::negative_marks),
    entity::Table(questions::marks_member(nullptr, &exams::ExamQuestion::marks, "marks")));

/// An option, before whether it is correct.
inline constexpr auto kResultOptionMembers =
    entity::only(questions::kOptionMembers, &questions::Option::id, &questions::Option::text);

struct ResultQuestion {
    exams::ExamQuestion question;
    std::vector<questions::Option> options;
    attempts::KeyedQuestion key;
};

/// Members into the open object: the question with its key.
void write_keyed_question(http::JsonWriter& json, const ResultQuestion& question);

struct AttemptResult {
    attempts::Attempt attempt;
    exams::Exam exam;
    std::vector<ResultQuestion> questions;  ///< in the order of the paper
    std::vector<attempts::Answer> answers;
    std::vector<questions::Marks> marks;  ///< per question, in the same order
};

/// The cached form: the members of the score, those that the analysis adds, and each question with
/// its key and without.
std::string encode_result(const AttemptResult& result);

/// Views into the bytes it keeps alive.
struct ResultView {
    std::shared_ptr<const std::string> bytes;
    std::string_view score_members;
    std::string_view analysis_members;  ///< without the questions
    struct Question {
        std::string_view id;
        std::string_view shown;  ///< JSON
        std::string_view held;   ///< the same, its key held back
    };
    std::vector<Question> questions;

    /// Nothing when the bytes are of another format.
    static std::optional<ResultView> read(std::shared_ptr<const std::string> bytes);
};

/// What it holds on the heap besides the bytes.
inline std::size_t decoded_bytes(const ResultView& view) {
    return view.questions.capacity() * sizeof(ResultView::Question);
}

/// The members of the analysis. `held`: the questions whose keys nobody is told yet.
std::string analysis_of(const ResultView& view,
                        const std::set<std::string, std::less<>>& held = {});

/// One line of the staff's list, and of the leaderboard.
struct StaffResult {
    attempts::Attempt attempt;
    std::optional<accounts::Candidate> candidate;  ///< none: the account's row is gone
    std::optional<std::int64_t> rank{};            ///< on a page of all; equals share one
};

struct ResultStatistics : attempts::AttemptStatistics {
    questions::Marks total_marks = 0;  ///< of the paper
};

inline constexpr auto kStatisticsMembers = entity::joined(
    attempts::kStatisticsMembers,
    entity::Table(questions::marks_member(nullptr, &ResultStatistics::total_marks, "totalMarks")));

void write_staff_result(http::JsonWriter& json, const StaffResult& result);
void write_statistics(http::JsonWriter& json, const ResultStatistics& statistics);

/// RFC 4180 with a header line, UTF-8; every cell that is no number by csv_cell().
std::string results_csv(const std::vector<StaffResult>& results);

}  // namespace tripos::results
