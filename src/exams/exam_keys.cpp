// SPDX-License-Identifier: MIT
#include "exams/exam_keys.hpp"

namespace tripos::exams {

namespace {

using cache::Bytes;
using cache::Freshness;

/// How long an unknown id is known to be unknown: creating one invalidates its key.
constexpr std::chrono::seconds kNegative{10};
/// Of the memory of a process, for what belongs to one candidate: what all share keeps its room.
constexpr double kPersonal = 0.4;

/// A reader as the cache wants it: shared, or null when the bytes are of another format.
template <class T>
std::shared_ptr<const T> shared(std::optional<T> value) {
    return value ? std::make_shared<const T>(std::move(*value)) : nullptr;
}

}  // namespace

ExamKeys::ExamKeys(cache::Cache& cache, const ExamLifetimes& ttl)
    : exam_(cache.declare({.name = "exam",
                           .pattern = "exam:{0}",
                           .tags = {"exam:{0}"},
                           .schema = "2",
                           .ttl = ttl.exam,
                           .negative_ttl = kNegative,
                           .freshness = Freshness::strict()})),
      exam_questions_(
          cache.declare<Paper>({.name = "exam_questions",
                                .pattern = "exam:{0}:questions",
                                .tags = {"exam:{0}"},
                                .ttl = ttl.exam_questions},
                               [](Bytes bytes) { return shared(Paper::read(std::move(bytes))); })),
      question_(cache.declare({.name = "question",
                               .pattern = "question:{0}",
                               .schema = "2",
                               .ttl = ttl.question,
                               .negative_ttl = kNegative,
                               .freshness = Freshness::strict()})),
      result_(cache.declare<ResultView, 3>(
          {.name = "result",
           .pattern = "result:{0}",
           .tags = {"exam:{1}", "user:{2}"},
           .ttl = ttl.result,
           .freshness = Freshness::strict(),
           .process_share = kPersonal},
          [](Bytes bytes) { return shared(ResultView::read(std::move(bytes))); })),
      all_exams_(cache.declare<std::vector<Exam>, 0>(
          {.name = "exams",
           .pattern = "exams:all",
           .schema = "2",
           .ttl = ttl.lists,
           .freshness = Freshness::strict()},
          [](const Bytes& bytes) { return shared(decode_exams(*bytes)); })),
      attempts_of_(cache.declare<std::vector<Attempt>>(
          {.name = "user_exams",
           .pattern = "user:{0}:exams",
           .tags = {"user:{0}"},
           .ttl = ttl.lists,
           .freshness = Freshness::strict()},
          [](const Bytes& bytes) { return shared(decode_attempts(*bytes)); })),
      attempt_(cache.declare<AttemptState, 2>(
          {.name = "attempt",
           .pattern = "attempt:{0}:{1}",
           .tags = {"exam:{0}", "user:{1}"},
           .ttl = ttl.attempt,
           .freshness = Freshness::strict(),
           .process_share = kPersonal},
          [](Bytes bytes) { return shared(AttemptState::read(std::move(bytes))); })),
      leaderboard_(cache.declare({.name = "leaderboard",
                                  .pattern = "leaderboard:{0}",
                                  .tags = {"exam:{0}"},
                                  .ttl = ttl.leaderboard,
                                  .freshness = Freshness::strict()})) {}

}  // namespace tripos::exams
