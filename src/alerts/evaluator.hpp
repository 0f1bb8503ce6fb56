// SPDX-License-Identifier: MIT
#pragma once
// Evaluator: goes through the rules again and again, and knows which alerts are pending and which
// fire. Its verdicts are those of Prometheus over the same figures. Not thread-safe.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerts/rule.hpp"

namespace tripos::alerts {

/// What is wrong: a rule, and the labels of which it is true.
struct AlertKey {
    std::string rule;  ///< its name
    Labels labels;     ///< "queue": "email"

    auto operator<=>(const AlertKey&) const = default;  ///< compares both
    /// "QueueStuck{queue=email}": the same after a restart.
    std::string text() const;
};

/// One that is pending or fires.
struct Active {
    Timestamp since{};                       ///< first seen to be so
    bool is_firing = false;                  ///< it has been so for long enough
    std::optional<Timestamp> clear_since{};  ///< fires although it is so no more
    double value = 0;                        ///< what was seen last
};

class Evaluator {
  public:
    /// The rules outlive it.
    explicit Evaluator(const std::vector<Rule>& rules) : rules_(rules) {}

    /// One that fired when the process before ended.
    void restore(const AlertKey& key, Timestamp since);
    /// Knows of nothing any more.
    void forget() { active_.clear(); }
    /// Looks at all rules. Requires: `now` is later than at the last call. `watcher`: who looks;
    /// of what only others see nothing is said.
    void look(const History& history, Timestamp now, Watcher watcher = Watcher::all);
    /// Pending and firing.
    const std::map<AlertKey, Active>& active() const { return active_; }

  private:
    void look_at(const Rule& rule, const History& history, Timestamp now);

    const std::vector<Rule>& rules_;
    std::map<AlertKey, Active> active_;
};

}  // namespace tripos::alerts
