// SPDX-License-Identifier: MIT
#pragma once
// SQL of answers (tables answers and answer_history): the version that counts, and those that did.
// Each function runs inside the caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "attempts/answer_version.hpp"
#include "attempts/deadline.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::attempts::answer_store {

std::vector<sql::Migration> migrations();

struct SaveOutcome {
    SaveVerdict verdict = SaveVerdict::store;
    AnswerVersion current;  ///< what counts now
    Deadline deadline;      ///< of the attempt, as it is now
};

/// Nothing unless the attempt is in progress, and its deadline and the close of the exam are later
/// than `arrived_at`.
std::optional<SaveOutcome> save(sql::Session& session, const std::string& exam_id,
                                const std::string& user_id, const AnswerSave& save,
                                const std::string& address, Timestamp arrived_at);

/// Whether save() would look at such an answer: the same question to the database, for what does
/// not fit the paper, so that nobody learns by a clock what a paper of others holds.
bool takes(sql::Session& session, const std::string& exam_id, const std::string& user_id,
           const std::string& question_id, Timestamp arrived_at);

/// The next version, whatever the attempt's state. Requires: the attempt is locked.
void put(sql::Session& session, const std::string& attempt_id, AnswerVersion version);

/// The versions that count.
std::vector<AnswerVersion> current(sql::Session& session, const std::string& attempt_id);
/// Their answers.
std::vector<Answer> answers_of(sql::Session& session, const std::string& attempt_id);
/// Every version, in the order of arrival.
std::vector<AnswerVersion> history(sql::Session& session, const std::string& attempt_id);

/// An answer, whichever its version.
struct AnswerKey {
    std::string attempt_id;
    std::string question_id;
    std::int64_t id = 0;  ///< of its row
};
/// A candidate's of all attempts, in one order, behind `last`.
std::vector<AnswerKey> answers_after(sql::Session& session, const std::string& user_id,
                                     const AnswerKey& last, std::int64_t limit);
/// The account is deleted: from where it saved is nobody's business any more. How many versions
/// told it.
std::int64_t forget_addresses(sql::Session& session, std::int64_t answer);

}  // namespace tripos::attempts::answer_store
