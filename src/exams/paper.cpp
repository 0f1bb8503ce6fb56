// SPDX-License-Identifier: MIT
#include "exams/paper.hpp"

#include <algorithm>

#include "exams/segments.hpp"

namespace tripos::exams {

namespace {

constexpr char kPaperFormat = 'P';

/// The question's object, open at the value of its last member.
std::string question_json(const PaperQuestion& entry) {
    const auto& question = entry.question;
    JsonWriter json;
    json.begin_object()
        .member("examQuestionId", question.id)
        .member("questionOrder", question.order)
        .member_raw("marks", marks_text(question.marks))
        .member("id", question.question_id)
        .member("statement", question.statement)
        .member("questionType", to_text(question.type))
        .member("domain", question.domain)
        .name("options")
        .begin_array();
    for (const auto& option : entry.options) {
        json.begin_object().member("id", option.id).member("text", option.text).end_object();
    }
    json.end_array().name("studentAnswer");
    return json.take();
}

std::string_view answer_to(const std::vector<SavedAnswer>& answers, std::string_view question_id) {
    for (const auto& answer : answers) {
        if (answer.question_id == question_id) {
            return answer.json;
        }
    }
    return "null";
}

}  // namespace

std::string encode_paper(const Exam& exam, const std::vector<PaperQuestion>& questions) {
    SegmentWriter out(kPaperFormat);
    out.text("\"id\":" + json_text(exam.id) + ",\"title\":" + json_text(exam.title));
    out.number(static_cast<std::int64_t>(questions.size()));
    for (const auto& entry : questions) {
        out.text(entry.question.question_id).number(static_cast<std::int64_t>(entry.question.type));
        out.number(static_cast<std::int64_t>(entry.options.size()));
        for (const auto& option : entry.options) {
            out.text(option.id);
        }
        out.text(question_json(entry));
    }
    return out.take();
}

std::optional<Paper> Paper::read(std::shared_ptr<const std::string> bytes) {
    Paper paper;
    SegmentReader in(*bytes, kPaperFormat);
    paper.bytes_ = std::move(bytes);
    paper.head_ = in.text();
    paper.questions_.resize(in.count());
    for (auto& question : paper.questions_) {
        question.id = in.text();
        question.type = static_cast<QuestionType>(in.number());
        question.option_ids.resize(in.count());
        for (auto& id : question.option_ids) {
            id = in.text();
        }
        question.json = in.text();
    }
    return in.ok() ? std::optional(std::move(paper)) : std::nullopt;
}

const Paper::Question* Paper::find(std::string_view question_id) const {
    const auto found =
        std::find_if(questions_.begin(), questions_.end(),
                     [&](const Question& question) { return question.id == question_id; });
    return found == questions_.end() ? nullptr : &*found;
}

std::string attempt_page(const Paper& paper, std::string_view attempt_id,
                         const std::vector<SavedAnswer>& answers, std::int64_t remaining_seconds) {
    std::string out;
    std::size_t size = paper.size() + 256;
    for (const auto& answer : answers) {
        size += answer.json.size();
    }
    out.reserve(size);
    out += R"({"success":true,"message":"Attempt fetched","exam":{)";
    out += paper.head();
    out += R"(,"questions":[)";
    bool is_first = true;
    for (const auto& question : paper.questions()) {
        out += is_first ? "" : ",";
        is_first = false;
        out += question.json;
        out += answer_to(answers, question.id);
        out += '}';
    }
    out += R"(]},"attemptId":")";
    out += attempt_id;
    out += R"(","remainingSeconds":)";
    out += std::to_string(remaining_seconds);
    out += '}';
    return out;
}

}  // namespace tripos::exams
