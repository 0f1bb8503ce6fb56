// SPDX-License-Identifier: MIT
#include "exams/exam.hpp"

#include "core/assert.hpp"
#include "exams/segments.hpp"

namespace tripos::exams {

namespace {

constexpr char kExamsFormat = 'F';

/// Where the question stands in its exam: clients of the original API read it nested, ours flat.
void write_place(JsonWriter& json, const ExamQuestion& question) {
    json.member("questionOrder", question.order)
        .member_raw("marksForEachQuestion", marks_text(question.marks));
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

ExamStatus exam_status_from(std::string_view text) {
    if (text == "DRAFT") {
        return ExamStatus::draft;
    }
    if (text == "PUBLISHED") {
        return ExamStatus::published;
    }
    TRIPOS_ASSERT(text == "CLOSED");
    return ExamStatus::closed;
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

bool is_live(const Exam& exam, Timestamp now) {
    return exam.status == ExamStatus::published && exam.start_at <= now && now < exam.end_at;
}

bool is_upcoming(const Exam& exam, Timestamp now) {
    return exam.status == ExamStatus::published && now < exam.start_at;
}

bool is_released(const Exam& exam, Timestamp now) {
    return exam.status != ExamStatus::draft && exam.release_at <= now;
}

void write_exam_members(JsonWriter& json, const Exam& exam) {
    json.member("id", exam.id)
        .member("title", exam.title)
        .member("description",
                exam.description.empty() ? std::nullopt : std::optional(exam.description))
        .member("startTime", exam.start_at)
        .member("endTime", exam.end_at)
        .member("durationMinutes", std::int64_t{exam.duration.count()});
}

void write_exam(JsonWriter& json, const Exam& exam, const std::vector<ExamQuestion>& questions) {
    json.begin_object();
    write_exam_members(json, exam);
    Marks total = 0;
    for (const auto& question : questions) {
        total += question.marks;
    }
    json.member("status", to_text(exam.status))
        .member("state", to_text(exam.status))
        .member("createdBy", exam.created_by)
        .member("createdAt", exam.created_at)
        .member("updatedAt", exam.updated_at)
        .member_raw("totalMarks", marks_text(total))
        .name("questions")
        .begin_array();
    for (const auto& question : questions) {
        json.begin_object()
            .member("id", question.question_id)
            .member("examQuestionId", question.id)
            .member("statement", question.statement)
            .member("questionType", to_text(question.type))
            .member("domain", question.domain)
            .member("difficulty", question.difficulty)
            .member_raw("marks", marks_text(question.bank_marks))
            .member_raw("negativeMarks", marks_text(question.negative_marks))
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
    SegmentWriter out(kExamsFormat);
    out.number(static_cast<std::int64_t>(exams.size()));
    for (const auto& exam : exams) {
        out.text(exam.id)
            .text(exam.title)
            .text(exam.description)
            .number(exam.duration.count())
            .number(to_millis(exam.start_at))
            .number(to_millis(exam.end_at))
            .number(to_millis(exam.release_at))
            .number(static_cast<std::int64_t>(exam.status))
            .text(exam.created_by.value_or(""))
            .number(to_millis(exam.created_at))
            .number(to_millis(exam.updated_at));
    }
    return out.take();
}

std::optional<std::vector<Exam>> decode_exams(std::string_view bytes) {
    SegmentReader in(bytes, kExamsFormat);
    std::vector<Exam> exams(in.count());
    for (auto& exam : exams) {
        exam.id = in.text();
        exam.title = in.text();
        exam.description = in.text();
        exam.duration = std::chrono::minutes(in.number());
        exam.start_at = from_millis(in.number());
        exam.end_at = from_millis(in.number());
        exam.release_at = from_millis(in.number());
        exam.status = static_cast<ExamStatus>(in.number());
        if (const auto creator = in.text(); !creator.empty()) {
            exam.created_by = creator;
        }
        exam.created_at = from_millis(in.number());
        exam.updated_at = from_millis(in.number());
    }
    return in.ok() ? std::optional(std::move(exams)) : std::nullopt;
}

}  // namespace tripos::exams
