// SPDX-License-Identifier: MIT
#pragma once
// The mails by which a candidate hears of a result. Pure.

#include <string>

#include "accounts/candidate.hpp"
#include "exams/exam.hpp"
#include "notices/outbox.hpp"

namespace tripos::results {

enum class News { published, corrected };

/// `site`: where its button leads, an absolute address.
notices::OutgoingMail mail_to(const accounts::Addressee& candidate, const exams::Exam& exam,
                              const std::string& site, News news);

}  // namespace tripos::results
