// SPDX-License-Identifier: MIT
#pragma once
// RegradeRun: what grading an exam again would change - a dry run. Values and pure functions.

#include <map>

#include "attempts/attempt_store.hpp"
#include "attempts/correction_store.hpp"
#include "results/result.hpp"

namespace tripos::results {

/// So many answers to a question come from one outcome to another.
struct OutcomeCount {
    attempts::Outcome before{};
    attempts::Outcome after{};
    std::int64_t count = 0;
};
inline constexpr auto kOutcomeMembers =
    entity::Table(entity::Member{nullptr, &OutcomeCount::before, "before"},
                  entity::Member{nullptr, &OutcomeCount::after, "after"},
                  entity::Member{nullptr, &OutcomeCount::count, "count"});

struct QuestionOutcomes {
    std::string question_id;
    std::int64_t order = 0;            ///< on the paper
    std::vector<OutcomeCount> counts;  ///< those that occur; with those that stay as they are
};
inline constexpr auto kQuestionOutcomesMembers = entity::Table(
    entity::Member{nullptr, &QuestionOutcomes::question_id, "questionId", http::schema::uuid},
    entity::Member{nullptr, &QuestionOutcomes::order, "questionOrder"});

/// An attempt whose score or rank changes.
struct RankChange {
    std::string attempt_id;
    std::string user_id;
    std::optional<questions::Marks> score_before;  ///< none: not graded yet
    std::optional<questions::Marks> score_after;
    std::optional<std::int64_t> rank_before;
    std::optional<std::int64_t> rank_after;
};
inline constexpr auto kRankChangeMembers =
    entity::Table(entity::Member{nullptr, &RankChange::attempt_id, "attemptId", http::schema::uuid},
                  questions::maybe_marks_member(nullptr, &RankChange::score_before, "scoreBefore"),
                  questions::maybe_marks_member(nullptr, &RankChange::score_after, "scoreAfter"),
                  entity::Member{nullptr, &RankChange::rank_before, "rankBefore"},
                  entity::Member{nullptr, &RankChange::rank_after, "rankAfter"});

struct RegradeRun {
    std::string digest;  ///< of all that it was made from, and of all that it says
    attempts::correction_store::Extent corrections;
    std::int64_t attempts = 0;  ///< ended ones that count
    std::string grades;         ///< digest of how those are graded
    questions::Marks total_before = 0;
    questions::Marks total_after = 0;
    std::vector<QuestionOutcomes> questions;  ///< in the order of the paper
    std::vector<RankChange> changes;          ///< the best rank afterwards first
};
inline constexpr auto kRunMembers = entity::Table(
    entity::Member{nullptr, &RegradeRun::digest, "run",
                   [] { return http::schema::text().says("Names this dry run to apply it"); }},
    entity::Member{nullptr, &RegradeRun::attempts, "attempts"},
    questions::marks_member(nullptr, &RegradeRun::total_before, "totalMarksBefore"),
    questions::marks_member(nullptr, &RegradeRun::total_after, "totalMarksAfter"));

/// How ended attempts are graded, one after another: whether that moved since is seen without their
/// answers. Not thread-safe; external synchronisation required.
class GradesDigest {
  public:
    void add(const attempts::attempt_store::Graded& graded);
    /// `late`: so many answers that came late are accepted; they may change what a score is made
    /// of.
    std::string finish(std::int64_t late) const;

  private:
    std::string seen_;
};

/// Counts attempt by attempt. Not thread-safe; external synchronisation required.
class RegradeTally {
  public:
    /// By which key they were graded, and by which they would be.
    RegradeTally(attempts::AnswerKey before, attempts::AnswerKey after);

    /// An ended attempt as it is stored, with its answers.
    void add(const attempts::attempt_store::Graded& graded,
             const std::vector<attempts::Answer>& answers);

    /// `late`: as GradesDigest takes it.
    RegradeRun finish(const attempts::correction_store::Extent& corrections, std::int64_t late) &&;

  private:
    attempts::AnswerKey before_;
    attempts::AnswerKey after_;
    std::vector<std::map<std::pair<attempts::Outcome, attempts::Outcome>, std::int64_t>> counts_;
    std::vector<RankChange> attempts_;
    GradesDigest grades_;
    std::string seen_;  ///< what the digest is of, beside those
};

}  // namespace tripos::results
