// SPDX-License-Identifier: MIT
#pragma once
// The table `queue_tuning`: what was changed of a queue while the site ran, until it is taken back.
// It is the truth; Redis, which may lose everything, holds a copy for the workers.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::operations::queue_tuning_store {

/// Of one queue.
struct Tuned {
    std::string queue;
    std::optional<std::int64_t> concurrency;  ///< jobs at once; nothing: as the settings have it
    bool is_paused = false;
    std::int64_t version = 0;  ///< one more with each change
    Timestamp changed_at{};

    bool is_default() const { return !concurrency && !is_paused; }
    bool operator==(const Tuned&) const = default;
};

std::vector<sql::Migration> migrations();
/// By name.
std::vector<Tuned> load(sql::Session& session);
std::optional<Tuned> find(sql::Session& session, const std::string& queue);
/// As it is from now on.
Tuned set_concurrency(sql::Session& session, const std::string& queue,
                      std::optional<std::int64_t> jobs, Timestamp now);
Tuned set_paused(sql::Session& session, const std::string& queue, bool is_paused, Timestamp now);
/// The queue is gone, and what was changed of it.
void forget(sql::Session& session, const std::string& queue);

}  // namespace tripos::operations::queue_tuning_store
