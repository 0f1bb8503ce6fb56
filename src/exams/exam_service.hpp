// SPDX-License-Identifier: MIT
#pragma once
// ExamService: building and publishing exams, and the lists of them. Ending one early or giving
// more time is ExamControl's.

#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "cache/batch_loader.hpp"
#include "core/result.hpp"
#include "exams/exam.hpp"
#include "exams/tools.hpp"

namespace tripos::exams {

struct QuestionAddition {
    std::string question_id;
    std::optional<Marks> marks;  ///< nothing: the question's own
};

struct QuestionListChange {
    std::vector<QuestionAddition> additions;
    std::vector<std::string> removals;   ///< question ids
    std::vector<std::string> malformed;  ///< given ids that are not even UUIDs
};

/// Thread-safe.
class ExamService {
  public:
    explicit ExamService(Tools tools);

    /// The new exam as JSON, in state DRAFT.
    Task<Result<std::string>> create(ExamChange change, std::string creator);
    Task<Result<>> update(std::string id, ExamChange change);
    Task<Result<>> change_questions(std::string id, QuestionListChange change);
    Task<Result<>> publish(std::string id);
    Task<Result<>> remove(std::string id);

    /// Every exam, newest first. Cached under exams:all.
    Task<std::shared_ptr<const std::vector<Exam>>> all();
    /// One exam out of all().
    Task<std::optional<Exam>> find(std::string id);
    /// The staff's view as JSON, or null. Cached under exam:<id>; carries no key.
    Task<cache::Bytes> details(std::string id);
    /// As many at once: one round trip to Redis, one read of those it has not.
    Task<std::vector<cache::Bytes>> details_of(std::vector<std::string> ids);

    /// In the transaction that changes it: every cached form of the exam itself will end.
    void name(cache::WriteScope& writes, const std::string& id) const;

  private:
    /// A change of the exam: `change(session)` returns why not, or nothing.
    template <class Change>
    Task<Result<>> write(std::string id, Change change);
    Task<cache::Bytes> load_all();
    Task<std::vector<cache::Bytes>> load_details(std::vector<std::string> ids);

    const Tools tools_;
    const cache::BatchLoader details_;
};

}  // namespace tripos::exams
