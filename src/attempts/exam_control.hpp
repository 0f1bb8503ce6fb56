// SPDX-License-Identifier: MIT
#pragma once
// ExamControl: what staff do to a running exam - close it, give more time, void an attempt or open
// it again. Each action is written to the audit trail in the same transaction.

#include <optional>
#include <string>
#include <vector>

#include "accounts/principal.hpp"
#include "async/task.hpp"
#include "attempts/attempt_finisher.hpp"
#include "core/result.hpp"
#include "exams/exam_service.hpp"
#include "module/parts.hpp"
#include "work/runner.hpp"

namespace tripos::attempts {

/// More time, as staff ask for it.
struct ExtensionOrder {
    std::chrono::minutes more{0};
    std::optional<std::vector<std::string>> user_ids;  ///< nothing: everyone, and the exam's end
    std::string reason;                                ///< may be empty
    std::string key;  ///< Idempotency-Key: with the same one it is done once; may be empty
};

/// An ended attempt is to run again.
struct Reopening {
    std::chrono::minutes more{0};  ///< from now on, at least
    std::string reason;
};

/// Thread-safe.
class ExamControl {
  public:
    ExamControl(const Parts& parts, exams::ExamService& exams, AttemptFinisher& finisher,
                work::Runner& runner);

    /// From now on no starts, saves or submits. The attempts that run end at this instant: a few
    /// before this returns, the others by work of the kind `close`. That work: how many attempts
    /// there are (`total`), and whether it is over. not_found; invalid unless PUBLISHED.
    Task<Result<work::Item>> close(std::string exam_id, audit::Actor actor);
    /// The number of running attempts that got more time; who begins later gets it then. Deadlines
    /// only ever move later. not_found also for callers who do not invigilate the exam, and for
    /// candidates who are not there; conflict for a key that has stood for another order, and for
    /// chosen candidates who have ended.
    Task<Result<std::int64_t>> extend(std::string exam_id, ExtensionOrder order,
                                      accounts::Principal caller, audit::Actor actor);
    /// The new deadline. Answers stay, the grade goes until it ends again. not_found, as above;
    /// conflict unless it has ended, and counts.
    Task<Result<Deadline>> reopen(std::string attempt_id, Reopening reopening,
                                  accounts::Principal caller, audit::Actor actor);
    /// The candidate may start again. not_found, as above; conflict when it is void already.
    Task<Result<>> make_void(std::string attempt_id, std::string reason, accounts::Principal caller,
                             audit::Actor actor);

  private:
    Task<work::PageWrite> prepare_page(work::Item item, std::int64_t rows);
    /// A page of the work of a close.
    work::Page finish_page(sql::Session& session, Writes& writes, const work::Item& item,
                           std::int64_t rows) const;

    const Parts parts_;
    exams::ExamService& exams_;
    AttemptFinisher& finisher_;
    work::Runner& runner_;
};

}  // namespace tripos::attempts
