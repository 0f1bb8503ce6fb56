// SPDX-License-Identifier: MIT
#include "exams/exam.hpp"

#include <algorithm>
#include <tuple>

#include "audit/entry.hpp"

namespace tripos::exams {

namespace {

constexpr char kExamsFormat = 'H';

/// Where the question stands in its exam: clients of the original API read it nested, ours flat.
void write_place(http::JsonWriter& json, const ExamQuestion& question) {
    json.member("questionOrder", question.order)
        .member_raw("marksForEachQuestion", questions::marks_text(question.marks));
}

}  // namespace

std::string_view to_text(ExamStatus status) {
    switch (status) {
        case ExamStatus::draft:
            return "DRAFT";
        case ExamStatus::published:
            return "PUBLISHED";
        case ExamStatus::closed:
            return "CLOSED";
    }
    return {};
}

std::string_view to_text(BoardView view) {
    switch (view) {
        case BoardView::everyone:
            return "EVERYONE";
        case BoardView::candidates:
            return "CANDIDATES";
        case BoardView::nobody:
            return "NOBODY";
    }
    return {};
}

std::string_view to_text(BoardNames names) {
    switch (names) {
        case BoardNames::full:
            return "FULL";
        case BoardNames::initials:
            return "INITIALS";
        case BoardNames::number:
            return "NUMBER";
    }
    return {};
}

Error no_exam() {
    return not_found("Exam not found");
}

std::string facts_of(const Exam& exam) {
    return audit::facts({{"title", exam.title},
                         {"status", to_text(exam.status)},
                         {"startTime", to_iso8601(exam.start_at)},
                         {"endTime", to_iso8601(exam.end_at)},
                         {"releaseTime", to_iso8601(exam.release_at)},
                         {"durationMinutes", std::to_string(exam.duration.count())},
                         {"leaderboard", to_text(exam.board_view)},
                         {"leaderboardNames", to_text(exam.board_names)},
                         {"description", exam.description}});
}

Exam changed(Exam exam, ExamChange change) {
    const auto assign = [](auto& target, auto& given) {
        if (given) {
            target = std::move(*given);
        }
    };
    assign(exam.title, change.title);
    assign(exam.description, change.description);
    assign(exam.duration, change.duration);
    assign(exam.start_at, change.start_at);
    assign(exam.end_at, change.end_at);
    assign(exam.board_view, change.board_view);
    assign(exam.board_names, change.board_names);
    exam.release_at = exam.end_at;
    return exam;
}

std::vector<FieldError> problems_of(const Exam& exam) {
    std::vector<FieldError> problems;
    if (exam.title.empty()) {
        problems.push_back({.field = "title", .message = "title is required"});
    }
    if (exam.duration <= std::chrono::minutes(0)) {
        problems.push_back(
            {.field = "durationMinutes", .message = "durationMinutes must be at least 1"});
    }
    if (exam.end_at <= exam.start_at) {
        problems.push_back({.field = "endTime", .message = "endTime must be after startTime"});
    }
    return problems;
}

std::vector<const Exam*> by_start(const std::vector<Exam>& exams) {
    std::vector<const Exam*> sorted;
    sorted.reserve(exams.size());
    for (const auto& exam : exams) {
        sorted.push_back(&exam);
    }
    std::sort(sorted.begin(), sorted.end(), [](const Exam* a, const Exam* b) {
        return std::tie(a->start_at, a->id) < std::tie(b->start_at, b->id);
    });
    return sorted;
}

bool is_live(const Exam& exam, Timestamp now) {
    return exam.status == ExamStatus::published && exam.start_at <= now && now < exam.end_at;
}

bool is_upcoming(const Exam& exam, Timestamp now) {
    return exam.status == ExamStatus::published && now < exam.start_at;
}

bool is_released(const Exam& exam, Timestamp now) {
    return exam.status != ExamStatus::draft && exam.release_at <= now;
}

void write_exam(http::JsonWriter& json, const Exam& exam,
                const std::vector<ExamQuestion>& questions) {
    json.begin_object();
    entity::write(json, exam, kMembers);
    questions::Marks total = 0;
    for (const auto& question : questions) {
        total += question.marks;
    }
    json.member_raw("totalMarks", questions::marks_text(total)).name("questions").begin_array();
    for (const auto& question : questions) {
        json.begin_object()
            .member("id", question.question_id)
            .member("examQuestionId", question.id)
            .member("statement", question.statement)
            .member("questionType", to_text(question.type))
            .member("domain", question.domain)
            .member("difficulty", question.difficulty)
            .member_raw("marks", questions::marks_text(question.bank_marks))
            .member_raw("negativeMarks", questions::marks_text(question.negative_marks))
            .member("createdAt", question.created_at)
            .member("updatedAt", question.updated_at);
        write_place(json, question);
        json.name("ExamQuestion").begin_object();
        write_place(json, question);
        json.end_object().end_object();
    }
    json.end_array().end_object();
}

std::string encode_exams(const std::vector<Exam>& exams) {
    return entity::encode(kExamsFormat, exams, kMembers);
}

std::optional<std::vector<Exam>> decode_exams(std::string_view bytes) {
    return entity::decode<Exam>(kExamsFormat, bytes, kMembers);
}

}  // namespace tripos::exams
