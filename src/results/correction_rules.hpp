// SPDX-License-Identifier: MIT
#pragma once
// Corrections as staff order and see them. Functions that take a session run inside the caller's
// transaction.

#include "results/regrade_service.hpp"

namespace tripos::results {

/// The question that a correction is about.
struct CorrectionSubject {
    questions::QuestionType type{};
    std::string before;  ///< how it is graded by the corrections so far, as JSON
};

/// An Error: the exam does not ask the question, or the order does not fit it.
Result<CorrectionSubject> find_subject(sql::Session& session, const std::string& exam_id,
                                       const CorrectionOrder& order);

/// Without its author, time and number.
attempts::Correction correction_of(const std::string& exam_id, const CorrectionOrder& order);

std::vector<ShownCorrection> list_corrections(sql::Session& session, const std::string& exam_id);

/// For the trail of audit, and as members into the open object.
std::string facts_of(const ShownCorrection& shown);
void write_correction(http::JsonWriter& json, const ShownCorrection& shown);

}  // namespace tripos::results
