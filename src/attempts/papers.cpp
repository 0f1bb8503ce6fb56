// SPDX-License-Identifier: MIT
#include "attempts/papers.hpp"

#include "exams/exam_store.hpp"
#include "questions/question_store.hpp"

namespace tripos::attempts {

namespace {

std::vector<PaperQuestion> read_questions(sql::Session& session, const exams::Exam& exam) {
    auto asked = exams::exam_store::questions_of(session, exam.id);
    auto options =
        questions::question_store::shown_options(session, exams::exam_store::ids_of(asked));
    std::vector<PaperQuestion> questions;
    for (auto& question : asked) {
        auto& shown = options[question.question_id];
        for (auto& option : shown) {
            option.id = exams::shown_option_id(exam, option.id);
        }
        questions.push_back({.question = std::move(question), .options = std::move(shown)});
    }
    return questions;
}

std::optional<std::string> read_paper(sql::Session& session, const std::string& exam_id) {
    const auto exam = exams::exam_store::find(session, exam_id);
    if (!exam || exam->status == exams::ExamStatus::draft) {
        return std::nullopt;
    }
    return encode_paper(*exam, read_questions(session, *exam));
}

}  // namespace

Task<PaperPtr> Papers::get(std::string exam_id) {
    const auto key = keys_.paper(exam_id);
    if (auto paper = parts_.cache.peek(key)) {
        co_return paper;
    }
    cache::Loader loader = [this, exam_id] { return load(exam_id); };
    co_return co_await parts_.cache.get_or_set(key, std::move(loader));
}

Task<cache::Bytes> Papers::load(std::string exam_id) {
    auto work = [exam_id](sql::Session& session) { return read_paper(session, exam_id); };
    auto bytes = co_await parts_.database.read(std::move(work));
    co_return bytes ? std::make_shared<const std::string>(std::move(*bytes)) : nullptr;
}

}  // namespace tripos::attempts
