// SPDX-License-Identifier: MIT
#pragma once
// Papers: the papers of published exams, through the cache (exam:<id>:questions). A published paper
// never changes, so the last few are also kept decoded in this process: the hottest read costs no
// copy of them out of Redis.

#include <deque>
#include <memory>
#include <shared_mutex>
#include <string>
#include <unordered_map>

#include "async/task.hpp"
#include "exams/paper.hpp"
#include "exams/tools.hpp"

namespace tripos::exams {

using PaperPtr = std::shared_ptr<const Paper>;

/// Thread-safe.
class Papers {
  public:
    static constexpr std::size_t kKept =
        64;  ///< decoded papers; the first to come is the first to go

    explicit Papers(Tools tools) : tools_(tools) {}

    /// Null when there is no such exam or it is still a draft.
    Task<PaperPtr> get(std::string exam_id);

  private:
    Task<cache::Bytes> load(std::string exam_id);
    PaperPtr kept(const std::string& exam_id) const;
    void keep(const std::string& exam_id, PaperPtr paper);

    const Tools tools_;
    mutable std::shared_mutex mutex_;
    std::unordered_map<std::string, PaperPtr> papers_;
    std::deque<std::string> arrival_;
};

}  // namespace tripos::exams
