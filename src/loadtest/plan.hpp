// SPDX-License-Identifier: MIT
#pragma once
// Plan: who asks for what at which instant of an exam day. It follows from its parameters alone, so
// the same seed gives the same plan whatever the server does; it speaks of candidates, questions
// and options by number.

#include <cstdint>
#include <vector>

namespace tripos::loadtest {

/// A kind of request. Their order is that of the reports.
enum class Ask : std::uint8_t {
    log_in,     ///< with the password
    list,       ///< the list of live exams, in the lobby
    forgotten,  ///< a lost password: a mail that somebody waits for
    start,
    paper,
    save,
    replay,  ///< several saves at once, of a device that was offline
    status,
    submit,
    late_save,  ///< one after the deadline, which must be refused
    score,
    analysis,
    metrics,  ///< what the server says of itself
};
inline constexpr std::size_t kAsks = 13;

/// In reports.
const char* to_text(Ask ask);

struct PlanParams {
    std::uint32_t candidates = 2000;
    std::uint32_t questions = 40;
    bool log_ins = false;      ///< people come with a password, not with a token
    double lobby = 10;         ///< seconds before the exam opens, over which people come
    double window = 180;       ///< seconds from its begin to its deadline
    double herd = 5;           ///< seconds in which four of five start
    double tail = 3;           ///< seconds after those, for the others
    double results = 5;        ///< seconds in which all ask for their results
    double burst_pause = 0.3;  ///< seconds between the changes of one burst
    std::uint64_t seed = 1;
};

/// One request, or several saves of one.
struct Step {
    std::int64_t at = 0;  ///< microseconds since the begin of the plan
    std::uint32_t candidate = 0;
    Ask ask = Ask::list;
    std::uint8_t choice = 0;     ///< option of the answer, 0 to 3; of a replay's first
    std::uint16_t question = 0;  ///< of a replay the first of kReplayed

    bool operator==(const Step&) const = default;
};
inline constexpr std::uint32_t kReplayed = 3;  ///< saves of a replay: consecutive questions
inline constexpr std::uint32_t kOptions = 4;
/// Seconds from a log-in to what is asked for next: a page waits for it, and so its time in the
/// line at the door is told as that of the log-in.
inline constexpr double kLogIn = 5;

/// From the lobby to after the deadline, in the order of time. Requires: at least kReplayed
/// questions, a window of at least herd + tail + 8 s, with log-ins a lobby of more than kLogIn.
std::vector<Step> plan_exam(const PlanParams& params);
/// The results: its begin is when they are there.
std::vector<Step> plan_results(const PlanParams& params);

}  // namespace tripos::loadtest
