// SPDX-License-Identifier: MIT
#pragma once
// CandidateExport: what this module stores about a candidate, for the export of one's own data.
// Scores come from ResultService, so that nothing is told before its release; the answer key is no
// part of it.

#include <string>
#include <vector>

#include "exams/result_service.hpp"

namespace tripos::exams {

/// Thread-safe.
class CandidateExport {
  public:
    struct Services {
        ExamService& exams;
        AttemptService& attempts;
        ResultService& results;
    };
    CandidateExport(Tools tools, Services services) : tools_(tools), services_(services) {}

    /// A JSON array of the attempts that count, the newest first: the exam, the times, the
    /// candidate's own answers, and the result or null.
    Task<std::string> attempts(std::string user_id);

  private:
    Task<std::vector<std::vector<Answer>>> answers_of(std::vector<Attempt> attempts);
    /// The score as JSON, or null.
    Task<std::string> result_of(std::string exam_id, std::string user_id);

    const Tools tools_;
    Services services_;
};

}  // namespace tripos::exams
