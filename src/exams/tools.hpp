// SPDX-License-Identifier: MIT
#pragma once
// Tools: what every service of exams/ works with. Borrowed from the composition root, which
// outlives them all.

#include "accounts/departed.hpp"
#include "cache/write_scope.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "exams/exam_keys.hpp"
#include "sql/database.hpp"

namespace tripos::exams {

struct Tools {
    sql::Database& database;
    const accounts::Departed& departed;
    cache::Cache& cache;
    const ExamKeys& keys;
    const Clock& clock;
    Random& random;
};

}  // namespace tripos::exams
