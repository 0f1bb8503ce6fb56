// SPDX-License-Identifier: MIT
#pragma once
// Forgetting from where somebody saved, once the account is deleted: long work, since a candidate
// may have saved a hundred versions of each answer.

#include <string>

#include "core/clock.hpp"
#include "work/runner.hpp"

namespace tripos::attempts {

/// To be put with the deletion.
work::Item forget_addresses(const std::string& user_id, Timestamp now);
/// Its pages. `database` outlives the runner.
work::Kind forgetting(sql::Database& database);

}  // namespace tripos::attempts
