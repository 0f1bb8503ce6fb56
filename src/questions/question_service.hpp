// SPDX-License-Identifier: MIT
#pragma once
// QuestionService: the use cases of the question bank. Thread-safe; what it borrows outlives it.

#include <string>

#include "async/task.hpp"
#include "core/result.hpp"
#include "module/parts.hpp"
#include "questions/question_store.hpp"
#include "questions/question_uses.hpp"

namespace tripos::questions {

/// Thread-safe.
class QuestionService {
  public:
    /// `ttl`: of a cached question.
    QuestionService(const Parts& parts, std::chrono::seconds ttl);

    /// Requires: before the first request.
    void used_by(const QuestionUses& uses) { uses_ = &uses; }

    /// The id of the new question, or what is wrong with it: `id`, or a new one where that is
    /// empty. When a question has it already, that is left as it is.
    Task<Result<std::string>> create(QuestionChange change, std::string id, audit::Actor actor);
    /// invalid, not_found, or conflict once a published exam asks it.
    Task<Result<>> update(std::string id, QuestionChange change, audit::Actor actor);
    /// not_found, or conflict once a published exam asks it; drafts lose it.
    Task<Result<>> remove(std::string id, audit::Actor actor);

    /// The question as JSON, or null. Cached under question:<id>.
    Task<cache::Bytes> find(std::string id);
    Task<question_store::Listing> list(question_store::Filter filter, std::int64_t limit,
                                       std::int64_t offset);

  private:
    Task<cache::Bytes> load(std::string id);
    /// A change of the question: `change(session, writes)` returns why not, or nothing.
    template <class Change>
    Task<Result<>> write(std::string id, Change change);
    /// The question, locked, if it may change.
    Result<Question> find_to_change(sql::Session& session, const std::string& id) const;

    const Parts parts_;
    const cache::FamilyOf<std::string> cached_;
    const QuestionUses* uses_ = nullptr;
};

}  // namespace tripos::questions
