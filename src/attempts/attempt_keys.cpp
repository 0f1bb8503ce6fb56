// SPDX-License-Identifier: MIT
#include "attempts/attempt_keys.hpp"

#include "accounts/candidate.hpp"

namespace tripos::attempts {

namespace {

using cache::Bytes;
using cache::Freshness;

/// A reader as the cache wants it: shared, or null when the bytes are of another format.
template <class T>
std::shared_ptr<const T> shared(std::optional<T> value) {
    return value ? std::make_shared<const T>(std::move(*value)) : nullptr;
}

}  // namespace

AttemptKeys::AttemptKeys(cache::Cache& cache, const AttemptLifetimes& ttl)
    : paper_(
          cache.declare<Paper>({.name = "exam_questions",
                                .pattern = exams::exam_tag("{0}") + ":questions",
                                .tags = {exams::exam_tag("{0}")},
                                .ttl = ttl.paper,
                                .ttl_setting = "CACHE_TTL_QUESTIONS"},
                               [](Bytes bytes) { return shared(Paper::read(std::move(bytes))); })),
      attempts_of_(cache.declare<std::vector<Attempt>>(
          {.name = "user_exams",
           .pattern = accounts::user_tag("{0}") + ":exams",
           .tags = {accounts::user_tag("{0}")},
           .ttl = ttl.lists,
           .ttl_setting = "CACHE_TTL_LIST",
           .freshness = Freshness::strict()},
          [](const Bytes& bytes) { return shared(decode_attempts(*bytes)); })),
      attempt_(cache.declare<AttemptState, 2>(
          {.name = "attempt",
           .pattern = "attempt:{0}:{1}",
           .tags = {exams::exam_tag("{0}"), accounts::user_tag("{1}")},
           .ttl = ttl.attempt,
           .ttl_setting = "CACHE_TTL_DEFAULT",
           .freshness = Freshness::strict(),
           .process_share = kPersonalShare},
          [](Bytes bytes) { return shared(AttemptState::read(std::move(bytes))); })),
      sitting_(cache.declare<Sitting>(
          {.name = "exam_sitting",
           .pattern = exams::exam_tag("{0}") + ":sitting",
           .tags = {exams::exam_tag("{0}")},
           .ttl = ttl.lists,
           .ttl_setting = "CACHE_TTL_LIST",
           .freshness = Freshness::strict()},
          [](const Bytes& bytes) { return shared(decode_sitting(*bytes)); })),
      notices_(cache.declare<std::vector<Notice>>(
          {.name = "exam_notices",
           .pattern = exams::exam_tag("{0}") + ":notices",
           .tags = {exams::exam_tag("{0}")},
           .ttl = ttl.lists,
           .ttl_setting = "CACHE_TTL_LIST",
           .freshness = Freshness::strict()},
          [](const Bytes& bytes) { return shared(decode_notices(*bytes)); })) {}

}  // namespace tripos::attempts
