// SPDX-License-Identifier: MIT
#pragma once
// Criteria: the rows a load test is held to, and the verdict that follows. Pure.

#include "loadtest/report.hpp"

namespace tripos::loadtest {

/// How long mails took from their cause to the relay's acceptance.
struct MailDelays {
    Histogram waited_for;  ///< that somebody waited for
    Histogram announced;   ///< those of the results, one to each
    Histogram newsletter;  ///< beside them
    std::size_t due = 0;
};

/// What makes a day void whose server's clock said `told` when ours stood between `sent_at` and
/// `told_at`, all in milliseconds; empty: nothing.
std::string clock_problem(std::int64_t told, std::int64_t sent_at, std::int64_t told_at);

/// Fills in rows, reasons to be void, and the verdict. A day that was disturbed on purpose is not
/// held to response times, only to its promises.
void conclude(Report& report, const MailDelays& delays, bool has_mails, bool is_disturbed);

}  // namespace tripos::loadtest
