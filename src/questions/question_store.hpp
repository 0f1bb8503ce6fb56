// SPDX-License-Identifier: MIT
#pragma once
// SQL of the question bank (tables questions, question_options). Each function runs inside the
// caller's transaction.

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "questions/question.hpp"
#include "sql/migrations.hpp"

namespace tripos::questions::question_store {

struct Filter {
    std::optional<std::string> domain;
    std::optional<std::string> difficulty;
    std::optional<std::string> type;
};

struct Listing {
    std::vector<Question> questions;  ///< newest first
    std::int64_t total = 0;           ///< of all pages
};

std::vector<sql::Migration> migrations();

/// False: there is one with its id already, and nothing happens.
bool insert(sql::Session& session, const Question& question);
/// Replaces the question and its options.
void update(sql::Session& session, const Question& question);
void remove(sql::Session& session, const std::string& id);

std::optional<Question> find(sql::Session& session, const std::string& id);
/// Locks the question's row first, so that nothing begins to rely on it meanwhile.
bool lock(sql::Session& session, const std::string& id);

template <class T>
using ById = std::unordered_map<std::string, T>;

/// Without options and keys.
ById<Question> outlines(sql::Session& session, const std::vector<std::string>& ids);
/// The same, and they stay as they are until this transaction ends; others may hold them too.
ById<Question> hold(sql::Session& session, const std::vector<std::string>& ids);
/// In the order shown; which of them are correct is not read.
ById<std::vector<ShownOption>> shown_options(sql::Session& session,
                                             const std::vector<std::string>& ids);
ById<Question> find_all(sql::Session& session, const std::vector<std::string>& ids);
ById<QuestionKey> keys_of(sql::Session& session, const std::vector<std::string>& ids);

Listing list(sql::Session& session, const Filter& filter, std::int64_t limit, std::int64_t offset);

}  // namespace tripos::questions::question_store
