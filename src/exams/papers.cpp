// SPDX-License-Identifier: MIT
#include "exams/papers.hpp"

#include <unordered_map>

#include "exams/exam_store.hpp"

namespace tripos::exams {

namespace {

/// The questions with their options; the column that tells the correct ones is not read.
std::vector<PaperQuestion> read_questions(sql::Session& session, const std::string& exam_id) {
    std::vector<PaperQuestion> questions;
    std::unordered_map<std::string, std::size_t> places;
    for (auto& question : exam_store::questions_of(session, exam_id)) {
        places.emplace(question.question_id, questions.size());
        questions.push_back({.question = std::move(question)});
    }
    const auto rows = session.query(
        "SELECT o.question_id, o.id, o.text FROM question_options o "
        "JOIN exam_questions x ON x.question_id = o.question_id "
        "WHERE x.exam_id = $1 ORDER BY x.position, o.position",
        exam_id);
    for (const auto& row : rows) {
        questions[places.at(row.text(0))].options.push_back(
            {.id = row.text(1), .text = row.text(2)});
    }
    return questions;
}

std::optional<std::string> read_paper(sql::Session& session, const std::string& exam_id) {
    const auto exam = exam_store::find(session, exam_id);
    if (!exam || exam->status == ExamStatus::draft) {
        return std::nullopt;
    }
    return encode_paper(*exam, read_questions(session, exam_id));
}

}  // namespace

Task<PaperPtr> Papers::get(std::string exam_id) {
    const auto key = tools_.keys.exam_questions(exam_id);
    if (auto paper = tools_.cache.peek(key)) {
        co_return paper;
    }
    cache::Loader loader = [this, exam_id] { return load(exam_id); };
    co_return co_await tools_.cache.get_or_set(key, std::move(loader));
}

Task<cache::Bytes> Papers::load(std::string exam_id) {
    auto work = [exam_id](sql::Session& session) { return read_paper(session, exam_id); };
    auto bytes = co_await tools_.database.read(std::move(work));
    co_return bytes ? std::make_shared<const std::string>(std::move(*bytes)) : nullptr;
}

}  // namespace tripos::exams
