// SPDX-License-Identifier: MIT
#pragma once
// CandidateExport: what is stored of a candidate's attempts, for the export of one's own data.
// Scores come from ResultService, so that nothing is told before its release; the answer key is no
// part of it.

#include <string>
#include <vector>

#include "results/result_service.hpp"

namespace tripos::results {

/// Thread-safe.
class CandidateExport {
  public:
    CandidateExport(sql::Database& database, exams::ExamService& exams,
                    attempts::AttemptService& attempts, ResultService& results)
        : database_(database), exams_(exams), attempts_(attempts), results_(results) {}

    /// A JSON array of the attempts that count, the newest first: the exam, the times, the
    /// candidate's own answers, and the result or null.
    Task<std::string> attempts(std::string user_id);

  private:
    Task<std::vector<std::vector<attempts::Answer>>> answers_of(
        std::vector<attempts::Attempt> attempts);
    /// The score as JSON, or null.
    Task<std::string> result_of(std::string exam_id, std::string user_id);

    sql::Database& database_;
    exams::ExamService& exams_;
    attempts::AttemptService& attempts_;
    ResultService& results_;
};

}  // namespace tripos::results
