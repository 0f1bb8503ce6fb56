// SPDX-License-Identifier: MIT
#pragma once
// SQL of corrections (table key_corrections) and of the regrades that put them in force (table
// regrades). Each function runs inside the caller's transaction.

#include "attempts/correction.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::attempts::correction_store {

sql::Migration migration();

/// As the next of its exam, whose row the caller has locked; its number.
std::int64_t append(sql::Session& session, Correction correction);
/// The oldest first.
std::vector<Correction> list(sql::Session& session, const std::string& exam_id);

/// Numbers: of the exam's last correction, and of the last one in force; 0: none.
struct Extent {
    std::int64_t last = 0;
    std::int64_t in_force = 0;

    friend bool operator==(const Extent&, const Extent&) = default;
};
Extent extent(sql::Session& session, const std::string& exam_id);
std::vector<Correction> in_force(sql::Session& session, const std::string& exam_id);

/// All corrections of the exam are in force. `id`: of the work that grades by them; `run`: of the
/// dry run that showed what they do.
void put_in_force(sql::Session& session, const std::string& exam_id, const std::string& id,
                  const std::string& run, Timestamp now);

}  // namespace tripos::attempts::correction_store
