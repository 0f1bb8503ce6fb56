// SPDX-License-Identifier: MIT
#pragma once
// The oracle: holds what the server shows after the exam against what it acknowledged during it. It
// shares nothing with grading: it adds up marks on its own. Pure.

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "loadtest/journal.hpp"

namespace tripos::loadtest {

inline constexpr int kNoChoice = -1;

/// What the server shows of a candidate.
struct ShownCandidate {
    int attempts = 0;
    int finished = 0;            ///< attempts with an end
    std::int64_t score = 0;      ///< in thousandths of a mark, in the staff's list
    std::int64_t own_score = 0;  ///< the same, as the candidate is told
    std::vector<int> choices;    ///< stored, per question; kNoChoice: none
};

struct OracleInput {
    std::vector<JournalLine> journal;  ///< in the order of sending per candidate
    /// Per candidate: a start or a hand-in was acknowledged. Empty: nobody knows.
    std::vector<bool> let_in = {};
    std::vector<ShownCandidate> shown;
    std::vector<int> right;             ///< the right choice per question
    std::int64_t marks = 1000;          ///< of a right answer; a wrong one costs nothing
    std::map<std::string, int> causes;  ///< of mails: "address subject" -> how many are due
    std::map<std::string, int> mails;   ///< that arrived
    int copies_allowed = 0;  ///< in all: of mails that were on a connection when it was killed
};

/// A promise that was broken.
struct Violation {
    std::string promise;  ///< which
    std::string what;     ///< by whom and how
};

std::vector<Violation> judge(const OracleInput& input);

}  // namespace tripos::loadtest
