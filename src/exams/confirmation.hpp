// SPDX-License-Identifier: MIT
#pragma once
// Confirmation: an act on many names again what it is done to - the title of the exam, or the
// number of candidates - so that a dialog that fails to open lets nothing through.

#include <optional>
#include <string>

#include "exams/exam.hpp"
#include "http/json_body.hpp"

namespace tripos::exams {

/// The member `confirm` of a body; nothing: not given.
std::optional<std::string> read_confirmation(http::BodyReader& body);

/// Nothing when it is the exam's title or, where an act counts them, the number of `candidates`.
/// Otherwise conflict not_confirmed, which tells `examTitle` and `candidates`.
std::optional<Error> unless_confirmed(const std::optional<std::string>& confirmation,
                                      const Exam& exam,
                                      std::optional<std::int64_t> candidates = std::nullopt);

/// What that conflict tells beside code and message.
http::Members confirmation_wanted();

}  // namespace tripos::exams
