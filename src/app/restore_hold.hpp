// SPDX-License-Identifier: MIT
#pragma once
// RestoreHold: a site on restored data waits for a decision. What was sent and what ran out since
// the data was copied, the data does not know; so until `tripos restore release` the site answers,
// but sends no mail and ends no attempt. Every copy that a backup makes is held from the beginning:
// whatever way it is put in place, nobody can forget it (docs/operations.md).

#include <atomic>
#include <functional>
#include <optional>

#include "async/task_group.hpp"
#include "module/module.hpp"
#include "module/parts.hpp"

namespace tripos::app {

/// How much time a release may give back to attempts.
inline constexpr std::chrono::minutes kMostMadeUp{7 * 24 * 60};

/// What a hold says, in the table `restore_hold`.
struct Hold {
    Timestamp data_from{};  ///< by site time: what was later the data does not know
};

/// is_held() is thread-safe; the rest belongs to the composition root.
class RestoreHold final : public Module {
  public:
    explicit RestoreHold(const Parts& parts);

    static std::vector<sql::Migration> migrations();
    /// From the database, when its tables are there.
    Task<> look();
    bool is_held() const { return is_held_; }
    /// From now on a process that acts ends (SIGTERM) when it finds that its data has become
    /// restored data: it was cut off while that was put in its place. The next start is held.
    void watch();
    /// Calls `go` once, on the background context, as soon as nothing is held: by whichever process
    /// it was released.
    Task<> when_released(std::function<Task<>()> go);
    Task<> stop(std::chrono::milliseconds grace) override;

  private:
    Task<> wait(std::function<Task<>()> go);
    Task<> keep_looking();

    const Parts parts_;
    Gauge& held_;
    std::atomic<bool> is_held_ = false;
    TaskGroup tasks_;
};

/// In the caller's transaction.
namespace restore_hold {

void put(sql::Session& session, const Hold& hold);
std::optional<Hold> find(sql::Session& session);
void lift(sql::Session& session);

}  // namespace restore_hold

}  // namespace tripos::app
