// SPDX-License-Identifier: MIT
#pragma once
// QuestionService: the use cases of the question bank. Thread-safe; what it borrows outlives it.

#include <string>

#include "async/task.hpp"
#include "core/result.hpp"
#include "exams/question_store.hpp"
#include "exams/tools.hpp"

namespace tripos::exams {

/// Thread-safe.
class QuestionService {
  public:
    explicit QuestionService(Tools tools) : tools_(tools) {}

    /// The new question's id, or what is wrong with it.
    Task<Result<std::string>> create(QuestionChange change);
    /// invalid, not_found, or conflict once a published exam asks it.
    Task<Result<>> update(std::string id, QuestionChange change);
    /// not_found, or conflict once a published exam asks it; drafts lose it.
    Task<Result<>> remove(std::string id);

    /// The question as JSON, or null. Cached under question:<id>.
    Task<cache::Bytes> find(std::string id);
    Task<question_store::Listing> list(question_store::Filter filter, std::int64_t limit,
                                       std::int64_t offset);

  private:
    Task<cache::Bytes> load(std::string id);
    /// A change of the question: `change(session)` returns the exams whose cached form it changes.
    template <class Change>
    Task<Result<>> write(std::string id, Change change);

    const Tools tools_;
};

}  // namespace tripos::exams
