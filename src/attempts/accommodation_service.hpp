// SPDX-License-Identifier: MIT
#pragma once
// AccommodationService: what staff grant to single candidates - more time, a window of their own.
// Attempts that run get it at once; a deadline only ever moves later.

#include <string>
#include <vector>

#include "async/task.hpp"
#include "attempts/accommodation_csv.hpp"
#include "attempts/attempt_finisher.hpp"
#include "attempts/touched.hpp"
#include "exams/exam_service.hpp"
#include "module/parts.hpp"

namespace tripos::attempts {

struct Granted {
    exams::Accommodation accommodation;  ///< as it holds now
    /// The results of the exam were out: they are withdrawn until the window ends, but may have
    /// been seen.
    bool withdraws_results = false;
    Touched touched;
};

/// With whose it is; no name: the account is gone.
struct NamedAccommodation {
    exams::Accommodation accommodation;
    std::string full_name;
};

/// What an import did, or would do.
struct AccommodationReport {
    std::int64_t stored = 0;
    /// Any that the check finds: nothing is stored. Of those found later these rows are not.
    std::vector<rosters::CellProblem> errors;
    std::vector<rosters::CellProblem> warnings;  ///< what it changes for others
    Touched touched;
};

/// Thread-safe.
class AccommodationService {
  public:
    AccommodationService(const Parts& parts, const AttemptKeys& keys, exams::ExamService& exams,
                         const AttemptFinisher& finisher)
        : parts_(parts), keys_(keys), exams_(exams), finisher_(finisher) {}

    /// In the place of the one that the candidate has for that exam. not_found for a candidate or
    /// an exam that is not there; invalid for one that breaks a rule.
    Task<Result<Granted>> put(exams::Accommodation accommodation, bool is_dry_run,
                              audit::Actor actor);
    /// Attempts that run keep their deadline. `reason`: may be empty. not_found.
    Task<Result<Touched>> remove(std::string id, std::string reason, bool is_dry_run,
                                 audit::Actor actor);
    /// A page in the order of their ids, behind `after`. Empty: of any candidate, of any exam.
    Task<std::vector<NamedAccommodation>> list(std::string user_id, std::string exam_id,
                                               std::string after, std::int64_t limit);
    /// Says what would be done; does it unless it is a dry run or there are errors. What broke off
    /// is repeated: it is done once. no_exam().
    Task<Result<AccommodationReport>> import(std::string exam_id, std::string csv,
                                             const TimeZone& zone, bool is_dry_run,
                                             audit::Actor actor);

  private:
    Result<Granted> put_in(sql::Session& session, Writes& writes,
                           exams::Accommodation accommodation, bool is_dry_run,
                           const audit::Actor& actor, Timestamp now) const;
    /// Of the attempts that run, those to which it gives more time.
    void apply(sql::Session& session, Writes& writes, const exams::Accommodation& accommodation,
               std::chrono::minutes account_minutes, const audit::Actor& actor,
               Timestamp now) const;
    /// What is cached of whom it concerns will end.
    void name(Writes& writes, const exams::Accommodation& accommodation) const;
    /// Fills in the candidates.
    Task<> find_people(AccommodationSheet& sheet);

    const Parts parts_;
    const AttemptKeys& keys_;
    exams::ExamService& exams_;
    const AttemptFinisher& finisher_;
};

}  // namespace tripos::attempts
