// SPDX-License-Identifier: MIT
#include "results/result.hpp"

#include "core/csv.hpp"
#include "module/segments.hpp"

namespace tripos::results {

namespace {

constexpr char kResultFormat = 'R';

enum class Key { shown, held };

void write_options(http::JsonWriter& json, const std::vector<questions::Option>& options, Key key) {
    json.name("options").begin_array();
    for (const auto& option : options) {
        entity::write(json.begin_object(), option, kResultOptionMembers);
        if (key == Key::shown) {
            json.member("isCorrect", option.is_correct);
        } else {
            json.member_null("isCorrect");
        }
        json.end_object();
    }
    json.end_array();
}

void write_student_answer(http::JsonWriter& json, const attempts::Answer* answer,
                          std::optional<questions::Marks> marks) {
    json.name("studentAnswer").begin_object();
    entity::write(json, answer == nullptr ? attempts::Answer() : *answer,
                  attempts::kContentMembers);
    json.member_raw("marksObtained", questions::maybe_marks_text(marks)).end_object();
}

void write_key(http::JsonWriter& json, const attempts::KeyedQuestion& key) {
    attempts::write_right(json.name("correctAnswer"), key.right.front());
    json.name("correction");
    if (key.is_corrected) {
        write_treatment(json.begin_object(), key);
        json.end_object();
    } else {
        json.null();
    }
}

void write_question(http::JsonWriter& json, const ResultQuestion& entry, Key key) {
    entity::write(json, entry.question, kAnsweredMembers);
    write_options(json, entry.options, key);
}

std::string question_json(const ResultQuestion& entry, const attempts::Answer* answer,
                          questions::Marks marks, Key key) {
    http::JsonWriter json;
    write_question(json.begin_object(), entry, key);
    const bool is_held = key == Key::held;
    write_student_answer(json, answer, is_held ? std::nullopt : std::optional(marks));
    json.member("keyHeld", is_held);
    if (is_held) {
        json.member_null("correctAnswer").member_null("correction");
    } else {
        write_key(json, entry.key);
    }
    return json.end_object().take();
}

/// The text between the outer braces.
std::string members_of(http::JsonWriter json) {
    auto text = json.end_object().take();
    return text.substr(1, text.size() - 2);
}

std::string score_members(const AttemptResult& result) {
    http::JsonWriter json;
    entity::write(json.begin_object(), result.attempt, kIdMembers);
    entity::write(json, result.exam, kExamTitle);
    entity::write(json, result.attempt, kScoredMembers);
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
        .member("startedAt", result.attempt.started_at);
    entity::write(json, result.exam, kExamDuration);
    return members_of(std::move(json));
}

}  // namespace

void write_keyed_question(http::JsonWriter& json, const ResultQuestion& question) {
    write_question(json, question, Key::shown);
    write_key(json, question.key);
}

std::string encode_result(const AttemptResult& result) {
    SegmentWriter out(kResultFormat);
    out.text(score_members(result)).text(analysis_members(result));
    out.number(static_cast<std::int64_t>(result.questions.size()));
    for (std::size_t i = 0; i < result.questions.size(); ++i) {
        const auto& entry = result.questions[i];
        const auto* answer = find_answer(result.answers, entry.question.question_id);
        const auto marks = i < result.marks.size() ? result.marks[i] : 0;
        out.text(entry.question.question_id)
            .text(question_json(entry, answer, marks, Key::shown))
            .text(question_json(entry, answer, marks, Key::held));
    }
    return out.take();
}

std::optional<ResultView> ResultView::read(std::shared_ptr<const std::string> bytes) {
    SegmentReader in(*bytes, kResultFormat);
    ResultView view;
    view.score_members = in.text();
    view.analysis_members = in.text();
    for (auto left = in.count(); left > 0 && in.ok(); --left) {
        const auto id = in.text();
        const auto shown = in.text();
        view.questions.push_back({.id = id, .shown = shown, .held = in.text()});
    }
    view.bytes = std::move(bytes);
    return in.ok() ? std::optional(std::move(view)) : std::nullopt;
}

std::string analysis_of(const ResultView& view, const std::set<std::string, std::less<>>& held) {
    std::string text(view.score_members);
    text.append(",").append(view.analysis_members).append(",\"questions\":[");
    const char* separator = "";
    for (const auto& question : view.questions) {
        text.append(separator).append(held.contains(question.id) ? question.held : question.shown);
        separator = ",";
    }
    return text + ']';
}

void write_staff_result(http::JsonWriter& json, const StaffResult& result) {
    const auto candidate =
        result.candidate.value_or(accounts::Candidate{.id = result.attempt.user_id});
    entity::write(json.begin_object(), result.attempt, kListedMembers);
    json.member("rank", result.rank);
    entity::write(json.name("candidate").begin_object(), candidate, accounts::kCandidateMembers);
    json.end_object().end_object();
}

void write_statistics(http::JsonWriter& json, const ResultStatistics& statistics) {
    const auto average =
        statistics.graded == 0
            ? std::nullopt
            : std::optional(questions::average(statistics.score_sum, statistics.graded));
    entity::write(json.begin_object(), statistics, kStatisticsMembers);
    json.member_raw("averageScore", questions::maybe_marks_text(average)).end_object();
}

std::string results_csv(const std::vector<StaffResult>& results) {
    std::string out;
    for (const auto* const name : {"name", "email", "enrollmentNumber", "department", "status",
                                   "score", "startedAt", "submittedAt", "attemptId"}) {
        out += (out.empty() ? "" : ",") + csv_cell(name);
    }
    out += "\r\n";
    for (const auto& [attempt, candidate, rank] : results) {
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
