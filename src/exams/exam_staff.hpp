// SPDX-License-Identifier: MIT
#pragma once
// Who invigilates which exam (table exam_staff). Administrators may at every exam without standing
// there. Functions run inside the caller's transaction.

#include <string>
#include <vector>

#include "accounts/principal.hpp"
#include "sql/migrations.hpp"

namespace tripos::exams::exam_staff {

sql::Migration migration();

/// These and no others; ids of accounts, each once.
void assign(sql::Session& session, const std::string& exam_id,
            const std::vector<std::string>& user_ids);
std::vector<std::string> assigned_to(sql::Session& session, const std::string& exam_id);
/// Ids of the exams that the account is assigned to.
std::vector<std::string> exams_of(sql::Session& session, const std::string& user_id);
/// For whom it is not, the exam is not there.
bool may_invigilate(sql::Session& session, const accounts::Principal& caller,
                    const std::string& exam_id);

}  // namespace tripos::exams::exam_staff
