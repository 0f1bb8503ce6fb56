// SPDX-License-Identifier: MIT
#pragma once
// Confirmation: an act on many names again what it is done to - the title of the exam, or the
// number of candidates - so that a dialog that fails to open lets nothing through.

#include <optional>
#include <string>

#include "exams/exam.hpp"
#include "http/json_body.hpp"

namespace tripos::attempts {

/// The member `confirm`, a text or a number; empty: not given.
std::string read_confirmation(http::BodyReader& body);

/// Nothing when it names the exam's title or how many it is done to. Otherwise 409
/// confirmation_required, which tells `title` and `candidates`.
std::optional<Error> unconfirmed(const std::string& confirmation, const exams::Exam& exam,
                                 std::int64_t candidates);

}  // namespace tripos::attempts
