// SPDX-License-Identifier: MIT
#pragma once
// AttemptKeys: the cached values of attempts/: published names, tags, lifetimes, freshness, codecs.
// What each holds is said beside the function that loads it. Immutable, thread-safe.
//
// All are strict: what one server has answered as done, the next read on any other shows. A
// published paper never changes and is the exception.

#include <chrono>
#include <string>

#include "attempts/attempt.hpp"
#include "attempts/notice.hpp"
#include "attempts/paper.hpp"
#include "cache/cache.hpp"

namespace tripos::attempts {

/// Of the memory of a process, for what belongs to one candidate: what all share keeps its room.
constexpr double kPersonalShare = 0.4;

struct AttemptLifetimes {
    std::chrono::seconds paper{7200};
    std::chrono::seconds attempt{3600};
    std::chrono::seconds lists{1800};
};

/// The cache outlives it and every key made from it.
class AttemptKeys {
  public:
    AttemptKeys(cache::Cache& cache, const AttemptLifetimes& ttl);

    cache::KeyOf<Paper> paper(const std::string& exam_id) const { return paper_.key(exam_id); }
    cache::KeyOf<std::vector<Attempt>> attempts_of(const std::string& user_id) const {
        return attempts_of_.key(user_id);
    }
    cache::KeyOf<AttemptState> attempt(const std::string& exam_id,
                                       const std::string& user_id) const {
        return attempt_.key(exam_id, user_id);
    }

    cache::KeyOf<Sitting> sitting(const std::string& exam_id) const {
        return sitting_.key(exam_id);
    }
    cache::KeyOf<std::vector<Notice>> notices(const std::string& exam_id) const {
        return notices_.key(exam_id);
    }

  private:
    const cache::FamilyOf<Paper> paper_;
    const cache::FamilyOf<std::vector<Attempt>> attempts_of_;
    const cache::FamilyOf<AttemptState, 2> attempt_;
    const cache::FamilyOf<Sitting> sitting_;
    const cache::FamilyOf<std::vector<Notice>> notices_;
};

}  // namespace tripos::attempts
