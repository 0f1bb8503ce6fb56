// SPDX-License-Identifier: MIT
#include "questions/question_service.hpp"

#include "core/id.hpp"

namespace tripos::questions {

namespace {

void give_option_ids(Question& question, Timestamp now, Random& random) {
    for (auto& option : question.options) {
        if (option.id.empty()) {
            option.id = new_id(now, random);
        }
    }
}

audit::Entry entry_of(const char* action, const std::string& id) {
    return {.action = action, .subject = "question:" + id};
}

/// The key included: whoever may read the trail may read the bank.
std::string facts_of(const Question& question) {
    http::JsonWriter json;
    write_question(json, question);
    return json.take();
}

}  // namespace

QuestionService::QuestionService(const Parts& parts, std::chrono::seconds ttl)
    : parts_(parts),
      cached_(parts.cache.declare({.name = "question",
                                   .pattern = "question:{0}",
                                   .schema = "3",
                                   .ttl = ttl,
                                   .ttl_setting = "CACHE_TTL_QUESTIONS",
                                   .negative_ttl = std::chrono::seconds(10),
                                   .freshness = cache::Freshness::strict()})) {}

Result<Question> QuestionService::find_to_change(sql::Session& session,
                                                 const std::string& id) const {
    if (!question_store::lock(session, id)) {
        return no_question();
    }
    if (uses_->is_pinned(session, id)) {
        return conflict("question_in_use",
                        "A published exam uses this question, so it cannot change any more. "
                        "Create a new question instead.");
    }
    return *question_store::find(session, id);
}

template <class Change>
Task<Result<>> QuestionService::write(std::string id, Change change) {
    auto work = [this, id = std::move(id), change = std::move(change)](sql::Session& session,
                                                                       cache::WriteScope& writes) {
        const Result<> done = change(session, writes);
        if (done) {
            writes.del(cached_.key(id));
        }
        return done;
    };
    return parts_.write(std::move(work));
}

Task<Result<std::string>> QuestionService::create(QuestionChange change, std::string id,
                                                  audit::Actor actor) {
    auto question = changed(Question(), change);
    if (auto problems = problems_of(question); !problems.empty()) {
        co_return invalid_fields(std::move(problems));
    }
    question.created_at = question.updated_at = parts_.clock.now();
    question.id = id.empty() ? new_id(question.created_at, parts_.random) : std::move(id);
    give_option_ids(question, question.created_at, parts_.random);
    auto entry = entry_of("question.create", question.id);
    entry.after = facts_of(question);
    auto insert = [&](sql::Session& session, cache::WriteScope&) {
        if (question_store::insert(session, question)) {
            parts_.record(session, actor, entry);
        }
        return Result<>();
    };
    co_await write(question.id, std::move(insert));
    co_return question.id;
}

Task<Result<>> QuestionService::update(std::string id, QuestionChange change, audit::Actor actor) {
    auto work = [this, id, change, actor = std::move(actor)](
                    sql::Session& session, cache::WriteScope& writes) -> Result<> {
        const auto present = find_to_change(session, id);
        if (!present) {
            return present.error();
        }
        auto question = changed(*present, change);
        if (auto problems = problems_of(question); !problems.empty()) {
            return invalid_fields(std::move(problems));
        }
        question.updated_at = parts_.clock.now();
        give_option_ids(question, question.updated_at, parts_.random);
        question_store::update(session, question);
        uses_->name(session, writes, id);
        auto entry = entry_of("question.update", id);
        entry.before = facts_of(*present);
        entry.after = facts_of(question);
        parts_.record(session, actor, entry);
        return {};
    };
    return write(std::move(id), std::move(work));
}

Task<Result<>> QuestionService::remove(std::string id, audit::Actor actor) {
    auto work = [this, id, actor = std::move(actor)](sql::Session& session,
                                                     cache::WriteScope& writes) -> Result<> {
        const auto present = find_to_change(session, id);
        if (!present) {
            return present.error();
        }
        uses_->name(session, writes, id);
        uses_->drop(session, id);
        question_store::remove(session, id);
        auto entry = entry_of("question.delete", id);
        entry.before = facts_of(*present);
        parts_.record(session, actor, entry);
        return {};
    };
    return write(std::move(id), std::move(work));
}

Task<cache::Bytes> QuestionService::find(std::string id) {
    cache::Loader loader = [this, id] { return load(id); };
    co_return co_await parts_.cache.get_or_set(cached_.key(id), std::move(loader));
}

Task<question_store::Listing> QuestionService::list(question_store::Filter filter,
                                                    std::int64_t limit, std::int64_t offset) {
    auto work = [filter, limit, offset](sql::Session& session) {
        return question_store::list(session, filter, limit, offset);
    };
    co_return co_await parts_.database.read(std::move(work));
}

Task<cache::Bytes> QuestionService::load(std::string id) {
    auto work = [id](sql::Session& session) { return question_store::find(session, id); };
    const auto question = co_await parts_.database.read(std::move(work));
    if (!question) {
        co_return nullptr;
    }
    http::JsonWriter json;
    write_question(json, *question);
    co_return std::make_shared<const std::string>(json.take());
}

}  // namespace tripos::questions
