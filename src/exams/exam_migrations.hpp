// SPDX-License-Identifier: MIT
#pragma once
// The tables of exams/: questions, question_options, exams, exam_questions, attempts, answers,
// exam_audit.

#include <vector>

#include "sql/migrations.hpp"

namespace tripos::exams {

std::vector<sql::Migration> migrations();

}  // namespace tripos::exams
