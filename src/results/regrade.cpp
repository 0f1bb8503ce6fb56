// SPDX-License-Identifier: MIT
#include "results/regrade.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "results/leaderboard.hpp"

namespace tripos::results {

namespace {

using Score = std::optional<questions::Marks> RankChange::*;
using Rank = std::optional<std::int64_t> RankChange::*;

/// Those without a score have no rank and stand last.
void rank(std::vector<RankChange>& attempts, Score score, Rank rank) {
    std::stable_sort(
        attempts.begin(), attempts.end(),
        [score](const RankChange& a, const RankChange& b) { return b.*score < a.*score; });
    std::vector<questions::Marks> scores;
    for (const auto& attempt : attempts) {
        if (attempt.*score) {
            scores.push_back(*(attempt.*score));
        }
    }
    const auto ranks = ranks_of(scores);
    for (std::size_t i = 0; i < ranks.size(); ++i) {
        attempts[i].*rank = ranks[i];
    }
}

}  // namespace

void GradesDigest::add(const attempts::attempt_store::Graded& graded) {
    const auto& attempt = graded.attempt;
    seen_ += attempt.id + ' ' + to_iso8601(*attempt.submitted_at) + ' ' +
             questions::maybe_marks_text(attempt.score) + ' ' + graded.marks + '\n';
}

std::string GradesDigest::finish(std::int64_t late) const {
    return sha256(seen_ + std::to_string(late));
}

RegradeTally::RegradeTally(attempts::AnswerKey before, attempts::AnswerKey after)
    : before_(std::move(before)), after_(std::move(after)), counts_(after_.questions.size()) {}

void RegradeTally::add(const attempts::attempt_store::Graded& graded,
                       const std::vector<attempts::Answer>& answers) {
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        const auto* answer = attempts::find_answer(answers, after_.questions[i].question_id);
        ++counts_[i][{attempts::outcome_of(before_.questions[i], answer),
                      attempts::outcome_of(after_.questions[i], answer)}];
    }
    const auto grade = attempts::grade(after_, answers);
    const auto& attempt = graded.attempt;
    attempts_.push_back({.attempt_id = attempt.id,
                         .user_id = attempt.user_id,
                         .score_before = attempt.score,
                         .score_after = grade.score});
    grades_.add(graded);
    seen_ += attempts::marks_list(grade.per_question) + '\n';
}

RegradeRun RegradeTally::finish(const attempts::correction_store::Extent& corrections,
                                std::int64_t late) && {
    RegradeRun run{.corrections = corrections,
                   .attempts = static_cast<std::int64_t>(attempts_.size()),
                   .grades = grades_.finish(late),
                   .total_before = total_marks(before_),
                   .total_after = total_marks(after_)};
    seen_ += std::to_string(corrections.last) + ' ' + std::to_string(corrections.in_force) + '\n';
    for (std::size_t i = 0; i < counts_.size(); ++i) {
        QuestionOutcomes outcomes{.question_id = after_.questions[i].question_id,
                                  .order = static_cast<std::int64_t>(i) + 1};
        seen_ += outcomes.question_id;
        for (const auto& [change, count] : counts_[i]) {
            outcomes.counts.push_back(
                {.before = change.first, .after = change.second, .count = count});
            seen_.append(" ")
                .append(to_text(change.first))
                .append(" ")
                .append(to_text(change.second));
            seen_ += ' ' + std::to_string(count);
        }
        seen_ += '\n';
        run.questions.push_back(std::move(outcomes));
    }
    rank(attempts_, &RankChange::score_before, &RankChange::rank_before);
    rank(attempts_, &RankChange::score_after, &RankChange::rank_after);
    for (auto& attempt : attempts_) {
        if (attempt.score_before != attempt.score_after ||
            attempt.rank_before != attempt.rank_after) {
            run.changes.push_back(std::move(attempt));
        }
    }
    run.digest = sha256(seen_ + run.grades);
    return run;
}

}  // namespace tripos::results
