// SPDX-License-Identifier: MIT
#pragma once
// ResultsModule: what came of the attempts - results, statistics, the leaderboard, exports, and the
// mail that says they are there - put together.

#include "attempts/attempts_module.hpp"
#include "results/candidate_export.hpp"
#include "results/regrade_api.hpp"
#include "results/result_api.hpp"
#include "results/results_mail_api.hpp"

namespace tripos::results {

struct ResultsOptions {
    ResultLifetimes lifetimes;  ///< of cached values
    std::string site;           ///< where the button of the mail leads, an absolute address
};

struct ResultsParts : Parts {
    const accounts::Guard& guard;
    exams::ExamService& exams;
    attempts::AttemptsModule& attempts;
    const notices::Outbox& outbox;
    work::Runner& runner;
};

class ResultsModule final : public Module {
  public:
    ResultsModule(const ResultsParts& parts, const ResultsOptions& options);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;

    /// For the export of one's own data: the exams' part of it.
    CandidateExport& candidate_export() { return candidate_export_; }

  private:
    const accounts::Guard& guard_;
    ResultService results_;
    RegradeService regrades_;
    CandidateExport candidate_export_;
    ResultsMailApi mail_api_;
};

}  // namespace tripos::results
