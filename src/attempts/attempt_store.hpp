// SPDX-License-Identifier: MIT
#pragma once
// SQL of attempts (tables attempts, closed_exams; what was saved is in answer_store). Each function
// runs inside the caller's transaction. The state of an attempt changes only by conditional updates
// here, so whichever of submit, deadline, close and void comes first wins. An exam that is closed
// ends its attempts page by page; until its turn comes, an attempt counts as one whose deadline was
// the close.

#include <optional>
#include <string>
#include <vector>

#include "attempts/attempt.hpp"
#include "core/error.hpp"
#include "sql/migrations.hpp"

namespace tripos::attempts::attempt_store {

std::vector<sql::Migration> migrations();

/// False if the candidate has an attempt at that exam already.
bool insert(sql::Session& session, const Attempt& attempt);

/// The attempt that counts (not voided).
std::optional<Attempt> find_current(sql::Session& session, const std::string& exam_id,
                                    const std::string& user_id);
std::optional<Attempt> find(sql::Session& session, const std::string& attempt_id);
/// Locked.
std::optional<Attempt> find_to_change(sql::Session& session, const std::string& attempt_id);
/// Every attempt at the exam, void ones too; the deadline is the close where that was earlier.
std::vector<Attempt> all_of_exam(sql::Session& session, const std::string& exam_id);
/// A candidate's attempts that count, the newest first.
std::vector<Attempt> list_of_user(sql::Session& session, const std::string& user_id);

/// Attempts that this call has ended; each still to be graded in the same transaction.
using Ended = std::vector<Attempt>;

/// By the candidate, before the deadline. Empty: it was not in progress or the time was over.
Ended submit(sql::Session& session, const std::string& exam_id, const std::string& user_id,
             Timestamp arrived_at);
/// The one attempt, if its deadline has passed.
Ended finish_due_of(sql::Session& session, const std::string& exam_id, const std::string& user_id,
                    Timestamp now);
/// At most `limit` attempts whose deadline has passed, the earliest first.
Ended finish_due(sql::Session& session, Timestamp now, std::int64_t limit);
/// Nothing that arrives from that instant on is accepted: the exam's running attempts end at it,
/// those that are yet to be looked at too. Requires: it was not closed before.
void close_exam(sql::Session& session, const std::string& exam_id, Timestamp at);
/// At most `limit` running attempts of a closed exam: at its close or at the deadline they had,
/// whichever is earlier.
Ended finish_closed(sql::Session& session, const std::string& exam_id, std::int64_t limit);
Sitting sitting_at(sql::Session& session, const std::string& exam_id);
/// Running attempts of the candidate, at this exam or (empty) at any.
std::vector<Attempt> list_running(sql::Session& session, const std::string& user_id,
                                  const std::string& exam_id);
/// Moves the deadline of a running attempt that is later than `now`; only ever later.
bool move_deadline(sql::Session& session, const std::string& attempt_id, const Deadline& deadline,
                   Timestamp now);
std::int64_t count_running(sql::Session& session, const std::string& exam_id);
/// Whose attempts those are, at most `limit`, in the order of their ids.
std::vector<std::string> running_candidates(sql::Session& session, const std::string& exam_id,
                                            std::int64_t limit);
/// Of any state but VOIDED.
void make_void(sql::Session& session, const std::string& attempt_id, Timestamp now,
               const std::string& reason);

/// Why the account may not be deleted: an attempt of it runs, or its result is not released. If it
/// may, its accommodations and the addresses it saved from are gone: nobody else's business.
std::optional<Error> refuse_leave(sql::Session& session, const std::string& user_id, Timestamp now);

/// Whether an attempt of the account runs.
bool sits_exam(sql::Session& session, const std::string& user_id);

std::int64_t count_running(sql::Session& session);
/// The earliest deadline of a running attempt.
std::optional<Timestamp> next_deadline(sql::Session& session);

/// Moves the deadlines of running attempts later, by what one more GivenTime moves them; the
/// attempts with their new deadlines.
std::vector<Attempt> extend_exam(sql::Session& session, const std::string& exam_id, Timestamp now,
                                 std::chrono::minutes more);
/// Scores of attempts in hundredths, by id: the newest, at most 1,000.
std::vector<std::pair<std::string, std::int64_t>> sample_scores(sql::Session& session);
/// Exams that somebody is writing.
std::vector<std::string> running_exams(sql::Session& session);
std::vector<Attempt> extend_some(sql::Session& session, const std::string& exam_id,
                                 const std::vector<std::string>& user_ids, Timestamp now,
                                 std::chrono::minutes more);
/// An ended attempt runs again, with its answers and without its grade. False: it had not ended, or
/// is void.
bool reopen(sql::Session& session, const std::string& attempt_id, const Deadline& deadline,
            Timestamp now);

/// Those that count, the best score first, those without one last.
std::vector<Attempt> list_of_exam(sql::Session& session, const std::string& exam_id,
                                  std::int64_t limit, std::int64_t offset);

/// The same of those whose candidates are called so, by name, address or number.
std::vector<Attempt> find_in_exam(sql::Session& session, const std::string& exam_id,
                                  std::string_view text, std::int64_t limit, std::int64_t offset);
std::int64_t count_in_exam(sql::Session& session, const std::string& exam_id,
                           std::string_view text);

/// 1 and how many are better.
std::int64_t rank_of(sql::Session& session, const std::string& exam_id, questions::Marks score);

/// How many share the score of that place of list_of_exam() and stand behind it.
std::int64_t count_ties(sql::Session& session, const std::string& exam_id, std::int64_t place);
/// Of the attempts that count.
AttemptStatistics statistics(sql::Session& session, const std::string& exam_id);
/// Per question, in the order of the paper; none before it was graded.
std::vector<questions::Marks> marks_of(sql::Session& session, const std::string& attempt_id);

/// Accounts with an attempt at the exam, void ones too: a page in the order of their ids.
std::vector<std::string> candidates_of(sql::Session& session, const std::string& exam_id,
                                       const std::string& after, std::int64_t limit);
/// Ids of those whose attempt counts, at most `limit`, behind `after`.
std::vector<std::string> counted_candidates(sql::Session& session, const std::string& exam_id,
                                            const std::string& after, std::int64_t limit);

/// An attempt with its grade as it is stored.
struct Graded {
    Attempt attempt;
    std::string marks;  ///< of each question; empty: not graded yet
};
/// Ended attempts of the exam that count, at most `limit`, in the order of their candidates, behind
/// that one.
std::vector<Graded> list_ended(sql::Session& session, const std::string& exam_id,
                               const std::string& after, std::int64_t limit);
/// Of these, those that have ended and count, locked: nothing changes their answers meanwhile.
std::vector<Graded> lock_ended(sql::Session& session, const std::vector<std::string>& ids);
std::int64_t count_ended(sql::Session& session, const std::string& exam_id);
/// Stores score and marks; false if they are what they were.
bool set_grade(sql::Session& session, const std::string& attempt_id, const Grade& grade);

}  // namespace tripos::attempts::attempt_store
