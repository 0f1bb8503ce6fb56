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

/// Fills in rows, reasons to be void, and the verdict. A day that was disturbed on purpose is not
/// held to response times, only to its promises.
void conclude(Report& report, const MailDelays& delays, bool has_mails, bool is_disturbed);

}  // namespace tripos::loadtest
