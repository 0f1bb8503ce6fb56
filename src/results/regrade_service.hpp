// SPDX-License-Identifier: MIT
#pragma once
// RegradeService: corrections of a key, and grading again - by the key in force at once, or by
// corrections that are put in force with it, once a dry run has shown what they do.

#include "attempts/attempt_finisher.hpp"
#include "exams/exam_service.hpp"
#include "notices/outbox.hpp"
#include "results/regrade.hpp"
#include "results/result.hpp"
#include "work/runner.hpp"

namespace tripos::results {

/// What staff ask for.
struct CorrectionOrder {
    std::string question_id;
    attempts::Treatment treatment = attempts::Treatment::answers;
    std::vector<questions::QuestionKey> answers;  ///< whose types are not known yet
    std::string reason;
};

/// A correction with what showing it needs.
struct ShownCorrection {
    attempts::Correction correction;
    questions::QuestionType type{};  ///< of its question
    bool in_force = false;
};

/// How the questions of an exam are graded.
struct Grading {
    std::vector<ShownCorrection> corrections;  ///< the oldest first
    std::vector<ResultQuestion> questions;     ///< with the key in force
};

enum class Tell { nobody, affected };

struct RegradeOrder {
    std::string run;                          ///< digest of the dry run
    std::optional<std::string> confirmation;  ///< or how many attempts change
    Tell tell = Tell::nobody;
};

/// Thread-safe.
class RegradeService {
  public:
    struct RunPage {
        RegradeRun run;  ///< with the changes of the page only
        std::int64_t changes = 0;
        accounts::Candidates candidates;  ///< of those
    };

    /// `site`: where the button of the mail leads, an absolute address.
    RegradeService(const Parts& parts, exams::ExamService& exams,
                   attempts::AttemptFinisher& finisher, const notices::Outbox& outbox,
                   work::Runner& runner, std::string site);

    /// Nothing is graded by it before a regrade.
    Task<Result<ShownCorrection>> correct(std::string exam_id, CorrectionOrder order,
                                          audit::Actor actor);
    /// not_found for an unknown exam.
    Task<Result<Grading>> grading(std::string exam_id);

    /// What grading by every correction would change. Writes nothing.
    Task<Result<RunPage>> dry_run(std::string exam_id, std::int64_t limit, std::int64_t offset);
    /// Puts the corrections in force and grades by them, page by page, as work of the kind
    /// `regrade`, or `regrade_told`, which also mails those whose score changes.
    Task<Result<work::Item>> apply(std::string exam_id, RegradeOrder order, audit::Actor actor);

    /// Grades every ended attempt of the exam again by the key in force: a few before this returns,
    /// the others by work of the kind `regrade`. That work: how many (`total`), and how many have
    /// another score or other marks now (`changed`). Idempotent.
    Task<Result<work::Item>> calculate(std::string exam_id, audit::Actor actor);

  private:
    Task<Result<RegradeRun>> run_of(std::string exam_id);
    work::Kind kind(std::string name, Tell tell);
    Task<work::PageWrite> prepare(work::Item item, std::int64_t rows, Tell tell);
    struct Page;
    work::Page write_page(sql::Session& session, Writes& writes, const work::Item& item,
                          const Page& page) const;
    void record_grade(sql::Session& session, const attempts::Attempt& attempt,
                      const attempts::Grade& grade) const;

    const Parts parts_;
    exams::ExamService& exams_;
    attempts::AttemptFinisher& finisher_;
    const notices::Outbox& outbox_;
    work::Runner& runner_;
    const std::string site_;
};

}  // namespace tripos::results
