// SPDX-License-Identifier: MIT
#pragma once
// Touched: whom an act of staff touches - told by its dry run before, and by itself afterwards.

#include <cstdint>
#include <string>
#include <vector>

#include "accounts/candidate.hpp"
#include "http/json_writer.hpp"
#include "http/schema.hpp"

namespace tripos::attempts {

struct Touched {
    std::int64_t candidates = 0;
    std::vector<accounts::Candidate> first;  ///< of them, at most kMostNamed
};

inline constexpr std::int64_t kMostNamed = 100;

/// The message of a dry form.
inline constexpr const char* kNothingDone = "Nothing was done: this is what it would touch";

/// Everybody named by `user_ids`.
Touched touched(sql::Session& session, std::vector<std::string> user_ids);
/// Everybody whose attempt at the exam runs.
Touched touched_by_exam(sql::Session& session, const std::string& exam_id);

/// `candidates` and `touches` into the open object.
void write_touched(http::JsonWriter& json, const Touched& touched);
http::Members touched_members();

}  // namespace tripos::attempts
