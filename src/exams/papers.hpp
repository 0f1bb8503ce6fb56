// SPDX-License-Identifier: MIT
#pragma once
// Papers: the papers of published exams, through the cache (exam:<id>:questions), decoded once per
// process.

#include <memory>
#include <string>

#include "async/task.hpp"
#include "exams/paper.hpp"
#include "exams/tools.hpp"

namespace tripos::exams {

using PaperPtr = std::shared_ptr<const Paper>;

/// Thread-safe.
class Papers {
  public:
    explicit Papers(Tools tools) : tools_(tools) {}

    /// Null when there is no such exam or it is still a draft.
    Task<PaperPtr> get(std::string exam_id);

  private:
    Task<cache::Bytes> load(std::string exam_id);

    const Tools tools_;
};

}  // namespace tripos::exams
