// SPDX-License-Identifier: MIT
#pragma once
// Exam: a timed set of questions, its states and time rules. Values and pure functions. Nothing
// here knows a correct answer, so an Exam may be cached and shown to anyone who may know of it.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/error.hpp"
#include "module/entity.hpp"
#include "questions/marks.hpp"
#include "questions/question.hpp"

namespace tripos::exams {

/// draft: staff build it. published: immutable, candidates sit it within its window. closed: ended
/// by staff.
enum class ExamStatus { draft, published, closed };

std::string_view to_text(ExamStatus status);

/// Who sees the exam's leaderboard, and under which names its candidates stand there.
enum class BoardView { everyone, candidates, nobody };
enum class BoardNames { full, initials, number };

std::string_view to_text(BoardView view);
std::string_view to_text(BoardNames names);

/// Whether a wrong answer may cost marks (GRADING_CLAMP_NEGATIVE): pinned when the exam is
/// published.
enum class NegativeMarks { count, clamp_to_zero };

std::string_view to_text(NegativeMarks rule);

struct Exam {
    std::string id;
    std::string title;
    std::string description;
    std::string instructions;  ///< Markdown, for the candidates before and while they sit it
    std::chrono::minutes duration{0};  ///< of one attempt
    Timestamp start_at{};
    Timestamp end_at{};          ///< no start from then on
    bool extra_past_end = true;  ///< extra time of single candidates may pass the end
    ExamStatus status = ExamStatus::draft;
    BoardView board_view = BoardView::everyone;
    BoardNames board_names = BoardNames::full;
    std::string option_salt;  ///< see shown_option_id(); empty: published before there was one
    std::optional<std::string> created_by;  ///< an account; none: made before that was kept
    Timestamp created_at{};
    Timestamp updated_at{};
};

/// Every member.
inline constexpr auto kMembers = entity::Table(
    entity::Member{"id", &Exam::id, "id", http::schema::uuid},
    entity::Member{"title", &Exam::title, "title"},
    entity::Member{"description", &Exam::description, "description", nullptr, entity::Empty::null},
    entity::Member{"instructions", &Exam::instructions, "instructions", nullptr,
                   entity::Empty::null},
    entity::Member{"start_at", &Exam::start_at, "startTime"},
    entity::Member{"end_at", &Exam::end_at, "endTime"},
    entity::Member{"duration_minutes", &Exam::duration, "durationMinutes"},
    entity::Member{"extra_past_end", &Exam::extra_past_end, "extraTimePastEnd"},
    entity::Member{"status", &Exam::status, "status"},
    entity::Member{nullptr, &Exam::status, "state"},
    entity::Member{"board_view", &Exam::board_view, "leaderboard"},
    entity::Member{"board_names", &Exam::board_names, "leaderboardNames"},
    entity::Member{"option_salt", &Exam::option_salt},
    entity::Member{"created_by", &Exam::created_by, "createdBy",
                   [] { return http::schema::uuid().nullable(); }},
    entity::Member{"created_at", &Exam::created_at, "createdAt"},
    entity::Member{"updated_at", &Exam::updated_at, "updatedAt"});

/// What anybody sees who may know of the exam.
inline constexpr auto kListedMembers =
    entity::only(kMembers, &Exam::id, &Exam::title, &Exam::description, &Exam::start_at,
                 &Exam::end_at, &Exam::duration);

/// What those see who invigilate it.
inline constexpr auto kAssignedMembers =
    entity::joined(kListedMembers, entity::only(kMembers, &Exam::status));

/// What decoded lists of them hold on the heap.
inline std::size_t decoded_bytes(const std::vector<Exam>& exams) {
    return entity::heap_bytes(exams, kMembers);
}

/// A question as an exam asks it, without its key.
struct ExamQuestion {
    std::string id;  ///< of the pairing
    std::string question_id;
    std::int64_t order = 0;      ///< 1, 2, ... without gaps
    questions::Marks marks = 0;  ///< in this exam
    questions::Marks negative_marks = 0;
    std::string statement;
    questions::Format format = questions::Format::plain;
    questions::QuestionType type = questions::QuestionType::single_correct;
    std::string domain;
    questions::Difficulty difficulty = questions::Difficulty::medium;
    questions::Marks bank_marks = 0;  ///< what it is worth unless an exam says otherwise
    Timestamp created_at{};
    Timestamp updated_at{};
};

/// Every member, as staff see it. What has no column is the bank's.
inline constexpr auto kQuestionMembers = entity::Table(
    entity::Member{"id", &ExamQuestion::id, "examQuestionId",
                   [] { return http::schema::uuid().says("Of its place in this exam"); }},
    entity::Member{"question_id", &ExamQuestion::question_id, "id",
                   [] { return http::schema::uuid().says("The question's"); }},
    entity::Member{nullptr, &ExamQuestion::statement, "statement"},
    entity::Member{nullptr, &ExamQuestion::format, "format"},
    entity::Member{nullptr, &ExamQuestion::type, "questionType", questions::shapes::question_type},
    entity::Member{nullptr, &ExamQuestion::domain, "domain"},
    entity::Member{nullptr, &ExamQuestion::difficulty, "difficulty", questions::shapes::difficulty},
    questions::marks_member(nullptr, &ExamQuestion::bank_marks, "marks"),
    questions::marks_member("negative_marks", &ExamQuestion::negative_marks, "negativeMarks"),
    entity::Member{nullptr, &ExamQuestion::created_at, "createdAt"},
    entity::Member{nullptr, &ExamQuestion::updated_at, "updatedAt"},
    entity::Member{"position", &ExamQuestion::order, "questionOrder"},
    questions::marks_member("marks", &ExamQuestion::marks, "marksForEachQuestion"));

/// A question that another exam asks as well, which was published.
struct SharedQuestion {
    std::string question_id;
    std::string exam_id;  ///< the other one
};
/// The columns are those of a join of exam_questions `x`.
inline constexpr auto kSharedMembers =
    entity::Table(entity::Member{"x.question_id", &SharedQuestion::question_id},
                  entity::Member{"x.exam_id", &SharedQuestion::exam_id});

/// What decoded lists of them hold on the heap.
inline std::size_t decoded_bytes(const std::vector<SharedQuestion>& shared) {
    return entity::heap_bytes(shared, kSharedMembers);
}

/// Where it stands: clients of the original API read that nested, ours flat.
inline constexpr auto kPlaceMembers =
    entity::only(kQuestionMembers, &ExamQuestion::order, &ExamQuestion::marks);

/// What a request gives; absent members stay as they are.
using ExamChange = entity::Change<Exam>;

/// For the trail of audit: the subject that an exam is, and every member of it.
inline std::string exam_subject(const std::string& exam_id) {
    return "exam:" + exam_id;
}
/// `reason`: why it was done; empty: nothing to say.
std::string facts_of(const Exam& exam, const std::string& reason = "");

/// There is no exam of that id.
Error no_exam();

Exam changed(Exam exam, const ExamChange& change);
/// Every rule the exam breaks; empty: it is fit.
std::vector<FieldError> problems_of(const Exam& exam);

/// The earliest first.
std::vector<const Exam*> by_start(const std::vector<Exam>& exams);
void sort_by_start(std::vector<const Exam*>& exams);

/// Carried by every cached value that depends on the exam.
inline std::string exam_tag(const std::string& exam_id) {
    return "exam:" + exam_id;
}

/// The id under which candidates of this exam see an option of the bank, and answer with it. Others
/// than the bank's, and than another exam's: neither order, nor age, nor what two exams have in
/// common can be read from them. The same every time. Pure.
std::string shown_option_id(const Exam& exam, const std::string& bank_id);

/// Why it cannot be started at `now`, if it cannot.
std::optional<Error> start_refusal(const Exam& exam, Timestamp now);
bool is_live(const Exam& exam, Timestamp now);      ///< published and within its window
bool is_upcoming(const Exam& exam, Timestamp now);  ///< published and not yet open
bool is_over(const Exam& exam, Timestamp now);      ///< was published, and nobody starts any more

/// The staff's view: every member that is shown, and its questions.
void write_exam(http::JsonWriter& json, const Exam& exam,
                const std::vector<ExamQuestion>& questions);

/// The list of all exams as one cached value, and back; nothing when the bytes are of another
/// format.
std::string encode_exams(const std::vector<Exam>& exams);
std::optional<std::vector<Exam>> decode_exams(std::string_view bytes);
/// The same of what an exam shares.
std::string encode_shared(const std::vector<SharedQuestion>& shared);
std::optional<std::vector<SharedQuestion>> decode_shared(std::string_view bytes);

}  // namespace tripos::exams
