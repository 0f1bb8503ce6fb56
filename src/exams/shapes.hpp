// SPDX-License-Identifier: MIT
#pragma once
// The shapes of what the exam routes take and answer, for the API description. Each stands for one
// writer: exam_shape() for write_exam(), and so on. Pure.

#include "http/schema.hpp"

namespace tripos::exams::shapes {

http::Schema marks();
http::Schema question_type();
http::Schema difficulty();
http::Schema attempt_status();

/// What POST and PUT of a question take.
http::Members question_input();
http::Schema question();

http::Members exam_input();
http::Schema listed_exam();  ///< write_exam_members()
http::Schema live_exam();    ///< and the caller's attempt
http::Schema exam();         ///< write_exam()

http::Schema answer();  ///< `studentAnswer` while the attempt runs
http::Schema paper();

http::Schema listed_result();
http::Members score();
http::Members analysis();
http::Schema staff_result();
http::Schema statistics();
http::Members leaderboard();

}  // namespace tripos::exams::shapes
