// SPDX-License-Identifier: MIT
#pragma once
// SQL of accommodations (table accommodations): at most one of a candidate for each exam, and one
// for all. Each function runs inside the caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "exams/accommodation.hpp"
#include "sql/migrations.hpp"

namespace tripos::exams::accommodation_store {

sql::Migration migration();

/// Takes the place of the one that the candidate has for that exam, and its id.
void put(sql::Session& session, const Accommodation& accommodation);
void remove(sql::Session& session, const std::string& id);
std::optional<Accommodation> find(sql::Session& session, const std::string& id);
/// That of the candidate for this exam, or for all (empty).
std::optional<Accommodation> find_of(sql::Session& session, const std::string& user_id,
                                     const std::string& exam_id);
/// Those that concern this exam: its own, then that for all.
std::vector<Accommodation> list_for(sql::Session& session, const std::string& user_id,
                                    const std::string& exam_id);
/// Whose they are; `exam_id` empty: of those for every exam.
std::vector<std::string> people_with_some(sql::Session& session, const std::string& exam_id,
                                          std::int64_t limit);
/// A page in the order of their ids. Empty: of any candidate, of any exam.
std::vector<Accommodation> list(sql::Session& session, const std::string& user_id,
                                const std::string& exam_id, const std::string& after,
                                std::int64_t limit);

/// The windows of a candidate, and those at an exam.
std::vector<OwnWindow> windows_of(sql::Session& session, const std::string& user_id);
std::vector<OwnWindow> windows_at(sql::Session& session, const std::string& exam_id);

/// Nothing is left of those of a candidate, or of an exam, that is deleted.
void forget_candidate(sql::Session& session, const std::string& user_id);
void forget_exam(sql::Session& session, const std::string& exam_id);

}  // namespace tripos::exams::accommodation_store
