// SPDX-License-Identifier: MIT
#pragma once
// SQL of the question bank (tables questions, question_options). Each function runs inside the
// caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "exams/question.hpp"
#include "sql/session.hpp"

namespace tripos::exams::question_store {

struct Filter {
    std::optional<std::string> domain;
    std::optional<std::string> difficulty;
    std::optional<std::string> type;
};

struct Listing {
    std::vector<Question> questions;  ///< newest first
    std::int64_t total = 0;           ///< of all pages
};

void insert(sql::Session& session, const Question& question);
/// Replaces the question and its options.
void update(sql::Session& session, const Question& question);
/// Removes it, also from exams in DRAFT.
void remove(sql::Session& session, const std::string& id);

std::optional<Question> find(sql::Session& session, const std::string& id);
/// Locks the question's row first, so that no exam can be published with it meanwhile.
bool lock(sql::Session& session, const std::string& id);
Listing list(sql::Session& session, const Filter& filter, std::int64_t limit, std::int64_t offset);

/// True if an exam that is no longer a draft asks it.
bool is_pinned(sql::Session& session, const std::string& id);
/// Ids of all exams that ask it.
std::vector<std::string> exams_with(sql::Session& session, const std::string& id);

}  // namespace tripos::exams::question_store
