// SPDX-License-Identifier: MIT
#pragma once
// ExamService: building and publishing exams, and the lists of them. Ending one early or giving
// more time is the business of attempts/.

#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "cache/batch_loader.hpp"
#include "cache/write_scope.hpp"
#include "core/result.hpp"
#include "exams/accommodation.hpp"
#include "exams/publish_check.hpp"
#include "module/parts.hpp"
#include "questions/question_uses.hpp"

namespace tripos::exams {

struct QuestionAddition {
    std::string question_id;
    std::optional<questions::Marks> marks;  ///< nothing: the question's own
};

struct QuestionListChange {
    std::vector<QuestionAddition> additions;
    std::vector<std::string> removals;   ///< question ids
    std::vector<std::string> malformed;  ///< given ids that are not even UUIDs
};

struct ExamLifetimes {
    std::chrono::seconds exam{1800};
    std::chrono::seconds lists{1800};
};

/// Thread-safe.
class ExamService final : public questions::QuestionUses {
  public:
    /// `negative_marks`: of exams that are published from now on.
    ExamService(const Parts& parts, const ExamLifetimes& ttl, NegativeMarks negative_marks);

    /// The id of the new exam, which is in state DRAFT: `id`, or a new one where that is empty.
    /// When an exam has it already, that is left as it is.
    Task<Result<std::string>> create(ExamChange change, std::string id, audit::Actor actor);
    Task<Result<>> update(std::string id, ExamChange change, audit::Actor actor);
    Task<Result<>> change_questions(std::string id, QuestionListChange change, audit::Actor actor);
    /// board_view and board_names, in every state of the exam.
    Task<Result<>> set_board(std::string id, ExamChange change, audit::Actor actor);
    /// `confirm`: the title, so that it is this exam that is meant; nothing: as clients always did.
    Task<Result<>> publish(std::string id, std::optional<std::string> confirm, audit::Actor actor);
    /// What publishing it should make staff think twice about. An Error: there is no such exam.
    Task<Result<std::vector<PublishWarning>>> warnings(std::string id);
    Task<Result<>> remove(std::string id, audit::Actor actor);

    /// Every exam, newest first. Cached under exams:all.
    Task<std::shared_ptr<const std::vector<Exam>>> all();
    /// One exam out of all().
    Task<std::optional<Exam>> find(std::string id);
    /// The staff's view as JSON, or null. Cached under exam:<id>; carries no key.
    Task<cache::Bytes> details(std::string id);
    /// As many at once: one round trip to Redis, one read of those it has not.
    Task<std::vector<cache::Bytes>> details_of(std::vector<std::string> ids);

    /// Which of the exam's questions other published exams ask. Cached under exam:<id>:shared: what
    /// is published shares for good, so only a publication ends it.
    Task<std::shared_ptr<const std::vector<SharedQuestion>>> shared_questions(std::string id);

    /// A candidate's own windows. Cached under user:<id>:windows.
    Task<std::shared_ptr<const std::vector<OwnWindow>>> windows_of(std::string user_id);
    /// In the transaction that changes them: what is cached of them will end.
    void name_windows(cache::WriteScope& writes, const std::string& user_id) const;

    /// Loads all() and details() into the cache; the names of their keys. An Error: there is no
    /// such exam.
    Task<Result<std::vector<std::string>>> warm(std::string id);

    bool is_pinned(sql::Session& session, const std::string& question_id) const override;
    void name(sql::Session& session, cache::WriteScope& writes,
              const std::string& question_id) const override;
    void drop(sql::Session& session, const std::string& question_id) const override;

    /// In the transaction that changes it: every cached form of the exam itself will end.
    void name(cache::WriteScope& writes, const std::string& id) const;

  private:
    /// A change of the exam: `change(session, entry)` returns why not, or nothing, and says the
    /// rest of what is recorded.
    template <class Change>
    Task<Result<>> write(std::string id, std::string action, audit::Actor actor, Change change);
    Task<cache::Bytes> load_all();
    Task<cache::Bytes> load_windows(std::string user_id);
    Task<cache::Bytes> load_shared(std::string id);
    Task<std::vector<cache::Bytes>> load_details(std::vector<std::string> ids);

    const Parts parts_;
    const NegativeMarks negative_marks_;
    const cache::FamilyOf<std::string> cached_;
    const cache::FamilyOf<std::vector<Exam>, 0> cached_list_;
    const cache::FamilyOf<std::vector<OwnWindow>> cached_windows_;
    const cache::FamilyOf<std::vector<SharedQuestion>> cached_shared_;
    const cache::BatchLoader details_;
};

}  // namespace tripos::exams
