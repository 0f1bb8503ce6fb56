// SPDX-License-Identifier: MIT
#pragma once
// Candidate: what other modules may know of an account. Their SQL may also join these columns, and
// no others: users(id, full_name, email, extra_minutes, disabled) and profiles(user_id,
// enrollment_number, course, department, year, semester); a user without a profile has no row in
// profiles. Functions run inside the caller's transaction.

#include <chrono>
#include <optional>
#include <string>

#include "sql/session.hpp"

namespace tripos::accounts {

struct Candidate {
    std::string id;
    std::string full_name;
    std::string email;
    std::optional<std::string> enrollment_number;  ///< nothing: no profile yet
    std::optional<std::string> department;
    std::optional<std::string> year;
    std::chrono::minutes extra_time{0};  ///< added to the duration of every attempt
};

/// Nothing when there is no such account, or it was deleted.
std::optional<Candidate> find_candidate(sql::Session& session, const std::string& user_id);

/// The candidate's extra minutes; nothing when there is no such account. The account cannot be
/// deleted before the transaction ends.
std::optional<std::chrono::minutes> hold_candidate(sql::Session& session,
                                                   const std::string& user_id);

}  // namespace tripos::accounts
