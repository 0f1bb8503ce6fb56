// SPDX-License-Identifier: MIT
#pragma once
// Demo data: something to look at in an empty database - a question bank, a live exam, an upcoming
// one, and one that ended with graded attempts of the given candidates.

#include <string>
#include <vector>

#include "async/task.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "sql/database.hpp"

namespace tripos::app {

/// What was made, for the lines that are shown to the user.
struct DemoExams {
    std::string live_id;      ///< began ten minutes ago, two hours to go
    std::string upcoming_id;  ///< tomorrow
    std::string ended_id;     ///< yesterday, with results
};

/// One transaction. Requires: the tables are there; no cache holds lists of this database yet.
Task<DemoExams> seed_demo(sql::Database& database, const Clock& clock, Random& random,
                          std::vector<std::string> candidate_ids);

}  // namespace tripos::app
