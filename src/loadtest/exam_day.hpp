// SPDX-License-Identifier: MIT
#pragma once
// ExamDay: one load test from the lobby to the last mail, and its verdict.

#include <functional>
#include <string>

#include "loadtest/dial.hpp"
#include "loadtest/network.hpp"
#include "loadtest/own_site.hpp"
#include "loadtest/report.hpp"

namespace tripos::loadtest {

struct DayOptions {
    PlanParams plan;
    int tries = 13;             ///< of each request
    double kill_every = 0;      ///< seconds between kills of the server during the exam; 0: none
    bool redis_outage = false;  ///< Redis is away for five seconds in the middle of it
    Network network;            ///< between the candidates and the server
    /// Hears every quarter of a second what became of answers, on a thread of its own; empty:
    /// nobody does. What it throws ends the day.
    std::function<void(const std::vector<JournalEntry>&)> keep_journal;
};

/// Progress for people, a line now and then.
using Progress = std::function<void(const std::string& line)>;

/// The oracle's, of an exam that is over, as staff and candidates see it. `paper`, as it was given
/// out. Blocking. Throws SystemError when the server does not tell.
OracleInput look_again(const Dial& dial, const Subject& subject, const Paper& paper,
                       std::vector<JournalLine> journal);

/// Blocking. `own`: the site that may be disturbed, and whose mails are counted; null: a site of
/// others, of which neither is done. Throws SystemError when the day cannot be held.
Report hold_exam_day(const Address& address, const Subject& subject, const DayOptions& options,
                     OwnSite* own, const Progress& progress);

}  // namespace tripos::loadtest
