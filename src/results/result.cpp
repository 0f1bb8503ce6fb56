// SPDX-License-Identifier: MIT
#include "results/result.hpp"

#include "core/csv.hpp"
#include "module/segments.hpp"

namespace tripos::results {

namespace {

constexpr char kResultFormat = 'R';

void write_correct_answer(http::JsonWriter& json, const ResultQuestion& entry) {
    json.name("correctAnswer");
    if (entry.key) {
        json.begin_object()
            .member_raw("value", entry.key->value)
            .member_raw("tolerance", entry.key->tolerance)
            .end_object();
        return;
    }
    const bool is_single = entry.question.type == questions::QuestionType::single_correct;
    if (!is_single) {
        json.begin_array();
    }
    for (const auto& option : entry.options) {
        if (option.is_correct) {
            json.text(option.id);
        }
    }
    if (!is_single) {
        json.end_array();
    }
}

void write_student_answer(http::JsonWriter& json, const attempts::Answer* answer,
                          questions::Marks marks) {
    json.name("studentAnswer").begin_object().name("selectedOptionIds").begin_array();
    if (answer != nullptr) {
        for (const auto& id : answer->option_ids) {
            json.text(id);
        }
    }
    const bool has_number = answer != nullptr && answer->number;
    json.end_array()
        .member_raw("numericalAnswer", has_number ? *answer->number : "null")
        .member_raw("marksObtained", questions::marks_text(marks))
        .end_object();
}

void write_result_question(http::JsonWriter& json, const ResultQuestion& entry,
                           const attempts::Answer* answer, questions::Marks marks) {
    const auto& question = entry.question;
    json.begin_object()
        .member("questionId", question.question_id)
        .member("questionOrder", question.order)
        .member("statement", question.statement)
        .member("questionType", to_text(question.type))
        .member_raw("marks", questions::marks_text(question.marks))
        .member_raw("negativeMarks", questions::marks_text(question.negative_marks))
        .name("options")
        .begin_array();
    for (const auto& option : entry.options) {
        json.begin_object()
            .member("id", option.id)
            .member("text", option.text)
            .member("isCorrect", option.is_correct)
            .end_object();
    }
    json.end_array();
    write_student_answer(json, answer, marks);
    write_correct_answer(json, entry);
    json.end_object();
}

/// The text between the outer braces.
std::string members_of(http::JsonWriter json) {
    auto text = json.end_object().take();
    return text.substr(1, text.size() - 2);
}

std::string score_members(const AttemptResult& result) {
    const auto& attempt = result.attempt;
    http::JsonWriter json;
    json.begin_object()
        .member("attemptId", attempt.id)
        .member("examId", attempt.exam_id)
        .member("examTitle", result.exam.title)
        .member_raw("score", attempt.score ? questions::marks_text(*attempt.score) : "null")
        .member("status", to_text(attempt.status))
        .member("submittedAt", attempt.submitted_at);
    return members_of(std::move(json));
}

std::string analysis_members(const AttemptResult& result) {
    questions::Marks total = 0;
    for (const auto& entry : result.questions) {
        total += entry.question.marks;
    }
    http::JsonWriter json;
    json.begin_object()
        .member("totalQuestions", static_cast<std::int64_t>(result.questions.size()))
        .member_raw("totalMarks", questions::marks_text(total))
        .member_raw("percentage",
                    questions::percentage_text(result.attempt.score.value_or(0), total))
        .member("startedAt", result.attempt.started_at)
        .member("durationMinutes", std::int64_t{result.exam.duration.count()})
        .name("questions")
        .begin_array();
    for (std::size_t i = 0; i < result.questions.size(); ++i) {
        const auto& entry = result.questions[i];
        write_result_question(json, entry, find_answer(result.answers, entry.question.question_id),
                              i < result.marks.size() ? result.marks[i] : 0);
    }
    json.end_array();
    return members_of(std::move(json));
}

std::string optional_marks(const std::optional<questions::Marks>& marks) {
    return marks ? questions::marks_text(*marks) : "null";
}

}  // namespace

std::string encode_result(const AttemptResult& result) {
    SegmentWriter out(kResultFormat);
    out.text(score_members(result)).text(analysis_members(result));
    return out.take();
}

std::optional<ResultView> ResultView::read(std::shared_ptr<const std::string> bytes) {
    SegmentReader in(*bytes, kResultFormat);
    ResultView view;
    view.score_members = in.text();
    view.analysis_members = in.text();
    view.bytes = std::move(bytes);
    return in.ok() ? std::optional(std::move(view)) : std::nullopt;
}

void write_staff_result(http::JsonWriter& json, const StaffResult& result) {
    const auto& attempt = result.attempt;
    const auto& candidate = result.candidate;
    json.begin_object()
        .member("attemptId", attempt.id)
        .name("candidate")
        .begin_object()
        .member("id", attempt.user_id)
        .member("name", candidate ? std::optional(candidate->full_name) : std::nullopt)
        .member("email", candidate ? std::optional(candidate->email) : std::nullopt)
        .member("enrollmentNumber", candidate ? candidate->enrollment_number : std::nullopt)
        .member("department", candidate ? candidate->department : std::nullopt)
        .end_object()
        .member("status", to_text(attempt.status))
        .member_raw("score", optional_marks(attempt.score))
        .member("startedAt", attempt.started_at)
        .member("submittedAt", attempt.submitted_at)
        .end_object();
}

void write_statistics(http::JsonWriter& json, const ResultStatistics& statistics) {
    const auto average = statistics.graded == 0
                             ? std::string("null")
                             : questions::marks_text(statistics.score_sum / statistics.graded);
    json.begin_object()
        .member("participants", statistics.participants)
        .member("inProgress", statistics.in_progress)
        .member("submitted", statistics.submitted)
        .member("autoSubmitted", statistics.auto_submitted)
        .member_raw("averageScore", average)
        .member_raw("highestScore", optional_marks(statistics.highest))
        .member_raw("lowestScore", optional_marks(statistics.lowest))
        .member_raw("totalMarks", questions::marks_text(statistics.total_marks))
        .end_object();
}

std::string results_csv(const std::vector<StaffResult>& results) {
    std::string out;
    for (const auto* const name : {"name", "email", "enrollmentNumber", "department", "status",
                                   "score", "startedAt", "submittedAt", "attemptId"}) {
        out += (out.empty() ? "" : ",") + csv_cell(name);
    }
    out += "\r\n";
    for (const auto& [attempt, candidate] : results) {
        const auto who = candidate.value_or(accounts::Candidate());
        out += csv_cell(who.full_name) + ',';
        out += csv_cell(who.email) + ',';
        out += csv_cell(who.enrollment_number.value_or("")) + ',';
        out += csv_cell(who.department.value_or("")) + ',';
        out += csv_cell(to_text(attempt.status)) + ',';
        // A number of ours, so a negative score stays a number and needs no apostrophe.
        out += (attempt.score ? questions::marks_text(*attempt.score) : "") + ',';
        out += csv_cell(to_iso8601(attempt.started_at)) + ',';
        out += csv_cell(attempt.submitted_at ? to_iso8601(*attempt.submitted_at) : "") + ',';
        out += csv_cell(attempt.id) + "\r\n";
    }
    return out;
}

}  // namespace tripos::results
