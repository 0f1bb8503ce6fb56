// SPDX-License-Identifier: MIT
#pragma once
// What the server shows after the exam: the staff's list, and what each candidate sees.

#include "loadtest/dial.hpp"
#include "loadtest/oracle.hpp"
#include "loadtest/target.hpp"

namespace tripos::loadtest {

/// Of every candidate, in their order. Blocking. Throws SystemError when the server does not tell.
std::vector<ShownCandidate> look_at_all(const Dial& dial, const Subject& subject,
                                        const Paper& paper);

/// The staff's list of results, as CSV, into the candidates with these addresses.
void read_list(const std::string& csv, const std::vector<std::string>& emails,
               std::vector<ShownCandidate>& shown);
/// A candidate's own result with all answers, as JSON.
void read_analysis(std::string_view json, const Paper& paper, ShownCandidate& shown);

}  // namespace tripos::loadtest
