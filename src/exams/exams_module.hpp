// SPDX-License-Identifier: MIT
#pragma once
// ExamsModule: everything of exams/ put together, for app/ to own. Its routes are safe on every
// request thread; the deadline loop runs on the background context.
//
// Lifecycle: construct, add_routes(), start(), stop(), destroy. What it is given outlives it.

#include "accounts/guard.hpp"
#include "exams/attempt_api.hpp"
#include "exams/candidate_export.hpp"
#include "exams/control_api.hpp"
#include "exams/deadline_loop.hpp"
#include "exams/exam_api.hpp"
#include "exams/question_api.hpp"
#include "exams/result_api.hpp"
#include "telemetry/metrics.hpp"

namespace tripos::exams {

struct ExamsOptions {
    std::string time_zone = "Asia/Kolkata";  ///< EXAM_TIMEZONE: of times given without an offset
    bool clamp_negative = false;  ///< GRADING_CLAMP_NEGATIVE: no question costs more than nothing
    ExamLifetimes lifetimes;      ///< of cached values
};

struct ExamsDependencies {
    sql::Database& database;
    const accounts::Departed& departed;
    cache::Cache& cache;
    const Clock& clock;
    Random& random;
    Metrics& metrics;
    asio::io_context& background;
};

class ExamsModule {
  public:
    /// Throws SystemError for an unknown time zone.
    ExamsModule(ExamsDependencies dependencies, const ExamsOptions& options);

    void add_routes(http::Router& router, const accounts::Guard& guard);

    /// Starts the deadline loop; what ran out while nobody watched ends at once.
    void start();
    /// Ends the loop. Twice is fine.
    Task<> stop();

    /// Loads what an exam's candidates will ask for into the cache, before they come: the list, the
    /// exam, its paper. The names of the keys. An Error: there is no such exam.
    Task<Result<std::vector<std::string>>> warm(std::string exam_id);

    AttemptFinisher& finisher() { return finisher_; }
    /// For the export: this module's part of a user's data.
    CandidateExport& candidate_export() { return candidate_export_; }

  private:
    const ExamKeys keys_;
    const TimeZone zone_;
    AttemptMetrics metrics_;
    AttemptFinisher finisher_;
    Papers papers_;
    QuestionService questions_;
    ExamService exams_;
    AttemptService attempts_;
    ExamControl control_;
    ResultService results_;
    CandidateExport candidate_export_;
    QuestionApi question_api_;
    ExamApi exam_api_;
    AttemptApi attempt_api_;
    ControlApi control_api_;
    ResultApi result_api_;
    DeadlineLoop deadlines_;
};

}  // namespace tripos::exams
