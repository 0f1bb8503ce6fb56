// SPDX-License-Identifier: MIT
#pragma once
// Announcer: what is to be told, when, and what was told already. Those that begin to fire within
// 30 s go in one message; one that goes on is told again after four hours, one that ends once. At
// most 20 messages an hour: what is over waits and goes with the next. Nothing of what it knows is
// lost at a restart if its notes are kept. Not thread-safe.

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "alerts/evaluator.hpp"

namespace tripos::alerts {

inline constexpr std::chrono::seconds kBatch{30};
inline constexpr std::chrono::hours kRepeat{4};
inline constexpr std::size_t kMessagesPerHour = 20;

/// One alert that fires, or has ended and somebody must be told so.
struct Note {
    Timestamp since{};                       ///< it was first seen to be so
    Timestamp fired_at{};                    ///< it began to fire
    std::optional<Timestamp> told_at = {};   ///< the last message about it
    std::optional<Timestamp> ended_at = {};  ///< it fires no more
    double value = 0;                        ///< what was seen last; not kept

    bool operator==(const Note& other) const {  ///< compares what is kept
        return since == other.since && fired_at == other.fired_at && told_at == other.told_at &&
               ended_at == other.ended_at;
    }
};
using Notes = std::map<AlertKey, Note>;

/// Somebody wants to hear nothing of a rule for a while.
struct Silence {
    std::string id;          ///< of its row
    std::string rule;        ///< its name
    Timestamp until{};       ///< then it is over
    std::string why;         ///< a note; may be empty
    Timestamp created_at{};  ///< when
};

/// Whether the alert is not to be told. A page goes out all the same while an exam runs.
bool is_silenced(const AlertKey& key, const std::vector<Silence>& silences, bool exam_runs,
                 Timestamp now);

class Announcer {
  public:
    /// What the process before knew.
    void restore(Notes notes) { notes_ = std::move(notes); }
    /// Takes over what fires now.
    void follow(const std::map<AlertKey, Active>& active, Timestamp now);
    /// What is to be told now, in one message; often nothing.
    Notes due(const std::vector<Silence>& silences, bool exam_runs, Timestamp now) const;
    /// That was told.
    void told(const Notes& notes, Timestamp now);

    const Notes& notes() const { return notes_; }

  private:
    Notes notes_;
    std::deque<Timestamp> messages_;  ///< within the last hour
};

}  // namespace tripos::alerts
