// SPDX-License-Identifier: MIT
#pragma once
// QuestionUses: port to whoever asks the bank's questions. The bank knows nothing of exams, but a
// question that is asked must not change under them.

#include <string>

#include "cache/write_scope.hpp"
#include "sql/session.hpp"

namespace tripos::questions {

/// Thread-safe. Functions run inside the transaction that changes the question.
class QuestionUses {
  public:
    virtual ~QuestionUses() = default;

    /// True if something asks it that may not change any more.
    virtual bool is_pinned(sql::Session& session, const std::string& question_id) const = 0;
    /// What is cached of those that ask it will end.
    virtual void name(sql::Session& session, cache::WriteScope& writes,
                      const std::string& question_id) const = 0;
    /// They ask it no longer. Requires: not pinned.
    virtual void drop(sql::Session& session, const std::string& question_id) const = 0;
};

}  // namespace tripos::questions
