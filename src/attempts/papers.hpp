// SPDX-License-Identifier: MIT
#pragma once
// Papers: the papers of published exams, through the cache (exam:<id>:questions), decoded once per
// process.

#include <memory>
#include <string>

#include "async/task.hpp"
#include "attempts/attempt_keys.hpp"
#include "attempts/paper.hpp"
#include "module/parts.hpp"

namespace tripos::attempts {

using PaperPtr = std::shared_ptr<const Paper>;

/// Thread-safe.
class Papers {
  public:
    Papers(const Parts& parts, const AttemptKeys& keys) : parts_(parts), keys_(keys) {}

    /// Null when there is no such exam or it is still a draft.
    Task<PaperPtr> get(std::string exam_id);

  private:
    Task<cache::Bytes> load(std::string exam_id);

    const Parts parts_;
    const AttemptKeys& keys_;
};

}  // namespace tripos::attempts
