// SPDX-License-Identifier: MIT
#pragma once
// Knocks: what anybody can do at the doors of the site as often as they like, such as a wrong
// password. They must not fill the trail: the first of a client, an account and a minute is an
// entry at once, and how many more there were is another when the minute is over. Of one action at
// most kMostKnocksADay get entries of their own; those of a flood are told together, minute by
// minute. Functions run inside the caller's transaction. Tables audit_knocks, audit_knock_days.

#include "audit/entry.hpp"
#include "core/random.hpp"
#include "sql/session.hpp"

namespace tripos::audit {

constexpr std::int64_t kMostKnocksADay = 10'000;  ///< of an action, by UTC

struct Knock {
    std::string action;
    std::string subject = {};  ///< as of an entry; empty: nobody knows
    std::string code = {};     ///< why it was refused, if it was
    /// So many of a minute are entries of their own.
    std::int64_t entries = 1;
    /// Of nobody but the account's owner: those have entries on whatever day.
    bool of_owner = false;
};

/// What somebody who is logged in can do as often as they like: nobody's day has so many of a
/// minute, unless a program does it.
Knock own_act(std::string action, std::string subject);

/// Counts it, and appends when it is the first.
void append_knock(sql::Session& session, Timestamp now, Random& random, const Actor& actor,
                  const Knock& knock);

/// Whether a minute is over whose knocks are still counted.
bool has_finished_knocks(sql::Session& session, Timestamp now);
/// Takes up to so many counts whose minute is over into the trail; how many those were.
std::int64_t finish_knocks(sql::Session& session, Timestamp now, Random& random, std::int64_t rows);

}  // namespace tripos::audit
