// SPDX-License-Identifier: MIT
#pragma once
// StaffService: assigning invigilators to exams.

#include <string>
#include <vector>

#include "accounts/candidate.hpp"
#include "async/task.hpp"
#include "core/result.hpp"
#include "exams/exam_service.hpp"
#include "module/parts.hpp"

namespace tripos::exams {

/// Thread-safe.
class StaffService {
  public:
    StaffService(const Parts& parts, ExamService& exams) : parts_(parts), exams_(exams) {}

    /// Replaces who is assigned. not_found; invalid("unknown_staff") with those ids that are
    /// nobody's who may invigilate. In an exam's every state.
    Task<Result<>> assign(std::string exam_id, std::vector<std::string> user_ids,
                          audit::Actor actor);
    /// By id; not_found.
    Task<Result<std::vector<accounts::Candidate>>> assigned_to(std::string exam_id);
    /// By start.
    Task<std::vector<Exam>> exams_of(std::string user_id);

  private:
    const Parts parts_;
    ExamService& exams_;
};

}  // namespace tripos::exams
