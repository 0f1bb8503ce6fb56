// SPDX-License-Identifier: MIT
#pragma once
// CohortService: who the candidates are - cohorts, their import from spreadsheets, invitations to
// those without an account - and which exams each of them may know of.

#include <memory>
#include <string>
#include <vector>

#include "accounts/signup_service.hpp"
#include "async/task.hpp"
#include "cache/cache.hpp"
#include "core/result.hpp"
#include "module/parts.hpp"
#include "rosters/cohort_store.hpp"
#include "rosters/roster_csv.hpp"

namespace tripos::rosters {

/// What stands beside an act on a roster.
struct RosterAct {
    std::string reason;
    bool is_dry_run = false;  ///< nothing is done; whom it would touch is told
    audit::Actor actor;
};

/// Whom an act touches, or touched.
struct RosterTouched {
    std::int64_t candidates = 0;
    std::vector<accounts::Enrolled> first;  ///< of them, at most kMostNamed
};

inline constexpr std::int64_t kMostNamed = 100;

/// What an import did, or would do.
struct ImportReport {
    std::int64_t added = 0;             ///< to the cohort
    std::int64_t vouched = 0;           ///< numbers that staff vouch for since, or in another way
    RosterTouched touched;              ///< whom either changes
    std::vector<CellProblem> errors;    ///< any: nothing is imported
    std::vector<CellProblem> warnings;  ///< what it changes for others
};

/// The exams that somebody may know of. A value.
class VisibleExams {
  public:
    VisibleExams(std::shared_ptr<const ExamAccessList> access,
                 std::shared_ptr<const std::vector<std::string>> cohort_ids)
        : access_(std::move(access)), cohort_ids_(std::move(cohort_ids)) {}

    /// The exam asks for a code, and nothing else of its door refuses.
    bool code_decides(const std::string& exam_id, const Arrival& arrival) const;
    bool contains(const std::string& exam_id) const;

  private:
    std::shared_ptr<const ExamAccessList> access_;
    std::shared_ptr<const std::vector<std::string>> cohort_ids_;
};

Error no_cohort();

/// Thread-safe.
class CohortService {
  public:
    CohortService(const Parts& parts, accounts::SignupService& signup,
                  const accounts::Departed& departed, std::chrono::seconds lifetime);

    /// conflict("cohort_exists").
    Task<Result<cohort_store::Cohort>> create(std::string name, audit::Actor actor);
    Task<std::vector<cohort_store::Cohort>> list();
    /// conflict("cohort_in_use") while an exam is open to it.
    Task<Result<RosterTouched>> remove(std::string id, RosterAct act);

    /// Those behind the key `after`, at most `limit`.
    Task<Result<std::vector<accounts::Enrolled>>> members(std::string id, std::string after,
                                                          std::int64_t limit);
    /// Says what would be done; does it unless it is a dry run or there are errors. What broke off
    /// is repeated: it is done once.
    Task<Result<ImportReport>> import(std::string id, std::string csv, RosterAct act);
    /// Those who were members. Their enrolments stay.
    Task<Result<RosterTouched>> remove_members(std::string id, std::vector<std::string> numbers,
                                               RosterAct act);
    /// Mails an invitation to every member without an account, unless the link of the last one
    /// still works; how many.
    Task<Result<std::int64_t>> invite(std::string id, audit::Actor actor);

    Task<VisibleExams> visible_to(std::string user_id);
    Task<ExamAccess> access_of(std::string exam_id);
    /// In the transaction that changes it. invalid_field("cohortIds") for one that is not there.
    std::optional<Error> change_access(sql::Session& session, Writes& writes,
                                       const ExamAccess& access) const;

  private:
    Task<bool> exists(const std::string& id);
    /// What the database has against the rows, and what changes for others.
    Task<> check(const std::string& id, const Roster& roster, ImportReport& report);
    Task<> store(const std::string& id, const Roster& roster, ImportReport& report,
                 const RosterAct& act);
    Task<cache::Bytes> load_access();
    Task<cache::Bytes> load_cohorts(std::string user_id);

    const Parts parts_;
    accounts::SignupService& signup_;
    const accounts::Departed& departed_;
    const cache::FamilyOf<ExamAccessList, 0> all_access_;
    const cache::FamilyOf<std::vector<std::string>> cohorts_of_user_;
};

}  // namespace tripos::rosters
