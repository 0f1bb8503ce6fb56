// SPDX-License-Identifier: MIT
#include "exams/exam.hpp"

#include "core/digest.hpp"

#include <algorithm>
#include <tuple>

namespace tripos::exams {

namespace {

constexpr char kExamsFormat = 'H';
constexpr char kSharedFormat = 'D';

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

std::string_view to_text(NegativeMarks rule) {
    switch (rule) {
        case NegativeMarks::count:
            return "COUNT";
        case NegativeMarks::clamp_to_zero:
            return "CLAMP";
    }
    return {};
}

Error no_exam() {
    return not_found("Exam not found");
}

std::string facts_of(const Exam& exam, const std::string& reason) {
    http::JsonWriter json;
    entity::write(json.begin_object(), exam, kMembers);
    if (!reason.empty()) {
        json.member("reason", reason);
    }
    return json.end_object().take();
}

Exam changed(Exam exam, const ExamChange& change) {
    change.apply(exam);
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
    sort_by_start(sorted);
    return sorted;
}

void sort_by_start(std::vector<const Exam*>& exams) {
    std::sort(exams.begin(), exams.end(), [](const Exam* a, const Exam* b) {
        return std::tie(a->start_at, a->id) < std::tie(b->start_at, b->id);
    });
}

std::string shown_option_id(const Exam& exam, const std::string& bank_id) {
    if (exam.option_salt.empty()) {
        return bank_id;
    }
    auto id = content_digest(exam.option_salt + bank_id);
    id[12] = '8';  // a UUID of no particular kind, RFC 9562 5.8
    id[16] = "89ab"[id[16] % 4];
    for (const std::size_t place : {20, 16, 12, 8}) {
        id.insert(place, "-");
    }
    return id;
}

std::optional<Error> start_refusal(const Exam& exam, Timestamp now) {
    if (exam.status == ExamStatus::draft) {
        return invalid("exam_not_published", "Exam is not published");
    }
    if (exam.status == ExamStatus::closed || exam.end_at <= now) {
        return invalid("exam_not_active", "Exam is not active: it has ended");
    }
    if (now < exam.start_at) {
        return invalid("exam_not_active", "Exam is not active: it has not started yet");
    }
    return std::nullopt;
}

bool is_live(const Exam& exam, Timestamp now) {
    return exam.status == ExamStatus::published && exam.start_at <= now && now < exam.end_at;
}

bool is_upcoming(const Exam& exam, Timestamp now) {
    return exam.status == ExamStatus::published && now < exam.start_at;
}

bool is_over(const Exam& exam, Timestamp now) {
    return exam.status == ExamStatus::closed ||
           (exam.status == ExamStatus::published && exam.end_at <= now);
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
        json.begin_object();
        entity::write(json, question, kQuestionMembers);
        json.name("ExamQuestion").begin_object();
        entity::write(json, question, kPlaceMembers);
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

std::string encode_shared(const std::vector<SharedQuestion>& shared) {
    return entity::encode(kSharedFormat, shared, kSharedMembers);
}

std::optional<std::vector<SharedQuestion>> decode_shared(std::string_view bytes) {
    return entity::decode<SharedQuestion>(kSharedFormat, bytes, kSharedMembers);
}

}  // namespace tripos::exams
