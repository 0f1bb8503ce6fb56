// SPDX-License-Identifier: MIT
#pragma once
// ExamsModule: exams as staff build and publish them, put together.

#include "exams/access_api.hpp"
#include "exams/exam_api.hpp"
#include "exams/staff_api.hpp"
#include "module/module.hpp"
#include "questions/question_service.hpp"

namespace tripos::exams {

struct ExamsOptions {
    std::string time_zone = "Asia/Kolkata";  ///< EXAM_TIMEZONE: of times given without an offset
    /// GRADING_CLAMP_NEGATIVE: of exams that are published from now on.
    NegativeMarks negative_marks = NegativeMarks::count;
    ExamLifetimes lifetimes;  ///< of cached values
};

class ExamsModule final : public Module {
  public:
    /// Throws SystemError for an unknown time zone.
    ExamsModule(const Parts& parts, const accounts::Guard& guard,
                questions::QuestionService& questions, rosters::CohortService& cohorts,
                const ExamsOptions& options);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;
    Task<> start() override;

    ExamService& exams() { return exams_; }
    const TimeZone& zone() const { return zone_; }

  private:
    const Parts parts_;
    const accounts::Guard& guard_;
    const TimeZone zone_;
    const NegativeMarks negative_marks_;
    rosters::CohortService& cohorts_;
    ExamService exams_;
    StaffService staff_;
    StaffApi staff_api_;
};

}  // namespace tripos::exams
