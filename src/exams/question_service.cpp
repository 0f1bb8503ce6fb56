// SPDX-License-Identifier: MIT
#include "exams/question_service.hpp"

#include "core/id.hpp"

namespace tripos::exams {

namespace {

using ExamIds = std::vector<std::string>;

Error pinned() {
    return conflict("question_in_use",
                    "A published exam uses this question, so it cannot change any more. Create a "
                    "new question instead.");
}

void give_option_ids(Question& question, Timestamp now, Random& random) {
    for (auto& option : question.options) {
        if (option.id.empty()) {
            option.id = new_id(now, random);
        }
    }
}

/// The ids of the exams whose cached form it changes.
Result<ExamIds> update_in(sql::Session& session, const std::string& id,
                          const QuestionChange& change, const Tools& tools) {
    if (!question_store::lock(session, id)) {
        return not_found("Question not found");
    }
    if (question_store::is_pinned(session, id)) {
        return pinned();
    }
    auto question = changed(*question_store::find(session, id), change);
    if (auto problems = problems_of(question); !problems.empty()) {
        return invalid_fields(std::move(problems));
    }
    question.updated_at = tools.clock.now();
    give_option_ids(question, question.updated_at, tools.random);
    question_store::update(session, question);
    return question_store::exams_with(session, id);
}

Result<ExamIds> remove_in(sql::Session& session, const std::string& id) {
    if (!question_store::lock(session, id)) {
        return not_found("Question not found");
    }
    if (question_store::is_pinned(session, id)) {
        return pinned();
    }
    auto exams = question_store::exams_with(session, id);
    question_store::remove(session, id);
    return exams;
}

}  // namespace

template <class Change>
Task<Result<>> QuestionService::write(std::string id, Change change) {
    cache::WriteScope writes(tools_.cache);
    auto work = [&](sql::Session& session) {
        const Result<ExamIds> exams = change(session);
        if (exams) {
            writes.del(tools_.keys.question(id));
            for (const auto& exam_id : *exams) {
                writes.del(tools_.keys.exam(exam_id));
            }
            writes.announce();
        }
        return exams;
    };
    const auto exams = co_await tools_.database.write(std::move(work));
    if (!exams) {
        co_return exams.error();
    }
    co_await writes.committed();
    co_return Result<>();
}

Task<Result<std::string>> QuestionService::create(QuestionChange change) {
    auto question = changed(Question(), std::move(change));
    if (auto problems = problems_of(question); !problems.empty()) {
        co_return invalid_fields(std::move(problems));
    }
    question.created_at = question.updated_at = tools_.clock.now();
    question.id = new_id(question.created_at, tools_.random);
    give_option_ids(question, question.created_at, tools_.random);
    auto insert = [&question](sql::Session& session) {
        question_store::insert(session, question);
        return Result<ExamIds>(ExamIds());
    };
    co_await write(question.id, std::move(insert));
    co_return question.id;
}

Task<Result<>> QuestionService::update(std::string id, QuestionChange change) {
    auto work = [id, change, tools = &tools_](sql::Session& session) {
        return update_in(session, id, change, *tools);
    };
    return write(std::move(id), std::move(work));
}

Task<Result<>> QuestionService::remove(std::string id) {
    auto work = [id](sql::Session& session) { return remove_in(session, id); };
    return write(std::move(id), std::move(work));
}

Task<cache::Bytes> QuestionService::find(std::string id) {
    auto key = tools_.keys.question(id);
    cache::Loader loader = [this, id] { return load(id); };
    co_return co_await tools_.cache.get_or_set(std::move(key), std::move(loader));
}

Task<question_store::Listing> QuestionService::list(question_store::Filter filter,
                                                    std::int64_t limit, std::int64_t offset) {
    auto work = [filter, limit, offset](sql::Session& session) {
        return question_store::list(session, filter, limit, offset);
    };
    co_return co_await tools_.database.read(std::move(work));
}

Task<cache::Bytes> QuestionService::load(std::string id) {
    auto work = [id](sql::Session& session) { return question_store::find(session, id); };
    const auto question = co_await tools_.database.read(std::move(work));
    if (!question) {
        co_return nullptr;
    }
    JsonWriter json;
    write_question(json, *question);
    co_return std::make_shared<const std::string>(json.take());
}

}  // namespace tripos::exams
