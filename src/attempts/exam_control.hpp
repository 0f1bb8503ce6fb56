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
#include "attempts/touched.hpp"
#include "core/result.hpp"
#include "exams/exam_service.hpp"
#include "module/parts.hpp"
#include "work/runner.hpp"

namespace tripos::attempts {

// Every order has a dry form, which is refused as the order would be, changes nothing, and tells
// whom it would touch.

struct ClosingOrder {
    std::string reason;                       ///< may be empty
    std::optional<std::string> confirmation;  ///< exams/confirmation.hpp
    bool is_dry_run = false;
};

/// More time, as staff ask for it.
struct ExtensionOrder {
    std::chrono::minutes more{0};
    std::optional<std::vector<std::string>> user_ids;  ///< nothing: everyone, and the exam's end
    std::string reason;                                ///< may be empty
    std::string key;  ///< Idempotency-Key: with the same one it is done once; may be empty
    std::optional<std::string> confirmation;  ///< of more time for everyone
    bool is_dry_run = false;
};

/// An ended attempt is to run again.
struct ReopeningOrder {
    std::chrono::minutes more{0};  ///< from now on, at least
    std::string reason;
    bool is_dry_run = false;
};

struct VoidingOrder {
    std::string reason;
    bool is_dry_run = false;
};

struct Closing {
    work::Item work;
    Touched touched;
};

struct Extended {
    std::int64_t attempts = 0;  ///< of those that run already
    Touched touched;
};

struct Reopened {
    Deadline deadline;
    Touched touched;
};

/// Thread-safe.
class ExamControl {
  public:
    ExamControl(const Parts& parts, exams::ExamService& exams, AttemptFinisher& finisher,
                work::Runner& runner);

    /// From now on no starts, saves or submits. The attempts that run end at this instant: a few
    /// before this returns, the others by work of the kind `close`. That work: how many attempts
    /// there are (`total`), and whether it is over. not_found; invalid unless PUBLISHED; conflict
    /// unless confirmed.
    Task<Result<Closing>> close(std::string exam_id, ClosingOrder order, audit::Actor actor);
    /// Who begins later gets it then. Deadlines only ever move later. not_found also for callers
    /// who do not invigilate the exam, and for candidates who are not there; conflict for a key
    /// that has stood for another order, for chosen candidates who have ended, and for everyone
    /// unless confirmed.
    Task<Result<Extended>> extend(std::string exam_id, ExtensionOrder order,
                                  accounts::Principal caller, audit::Actor actor);
    /// After a restore: everybody whose attempt runs, overdue or not, gets so much more time, and
    /// so does the end of their exam; with the same key it is done once. How many attempts.
    Task<std::int64_t> make_up(std::chrono::minutes more, std::string key);
    /// Answers stay, the grade goes until it ends again. not_found, as above; conflict unless it
    /// has ended, and counts.
    Task<Result<Reopened>> reopen(std::string attempt_id, ReopeningOrder order,
                                  accounts::Principal caller, audit::Actor actor);
    /// The candidate may start again. not_found, as above; conflict when it is void already.
    Task<Result<Touched>> make_void(std::string attempt_id, VoidingOrder order,
                                    accounts::Principal caller, audit::Actor actor);

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
