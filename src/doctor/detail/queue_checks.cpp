// SPDX-License-Identifier: MIT
#include <algorithm>

#include "core/text.hpp"
#include "doctor/detail/areas.hpp"

namespace tripos::doctor::detail {

namespace {

using queue::JobState;
using queue::QueueCondition;
using std::chrono::milliseconds;

constexpr milliseconds kLongWait{60'000};
/// A worker that sleeps is woken at once; this is for the moments in between.
constexpr milliseconds kMoment{5'000};
constexpr std::int64_t kFewEnded = 20;
constexpr std::size_t kMostReasons = 3;

std::int64_t count_of(const QueueCondition& queue, JobState state) {
    const auto found = queue.counts.find(state);
    return found == queue.counts.end() ? 0 : found->second;
}

template <class Judge>
void for_each_queue(const Evidence& evidence, Found& found, Judge judge) {
    if (const auto* queues = found.need(evidence.queues)) {
        for (const auto& queue : *queues) {
            judge(queue, found);
        }
    }
}

void judge_paused(const Evidence& evidence, Found& found) {
    for_each_queue(evidence, found, [](const QueueCondition& queue, Found& said) {
        if (queue.is_paused) {
            said.warn("The queue " + queue.name + " is paused",
                      counted(queue.runnable(), "job") + " could run",
                      "`tripos queue resume " + queue.name + "`");
        }
    });
}

void judge_workers(const Evidence& evidence, Found& found) {
    if (is_held(evidence)) {
        found.skip("the site is held after a restore: nobody works on the queues");
        return;
    }
    for_each_queue(evidence, found, [](const QueueCondition& queue, Found& said) {
        if (queue.workers != 0) {
            return;
        }
        const auto text = "Nobody works on the queue " + queue.name;
        if (queue.runnable() > 0) {
            said.fail(text, counted(queue.runnable(), "job") + " could run");
        } else {
            said.warn(text);
        }
    });
}

/// Workers sleep although there is work.
bool is_marker_lost(const QueueCondition& queue) {
    const bool is_due = queue.oldest_wait > kMoment || queue.overdue > kMoment;
    return is_due && !queue.has_marker && !queue.is_paused && queue.asleep > 0 &&
           count_of(queue, JobState::active) == 0;
}

/// What other checks explain is told by those; a queue that moves is only behind.
void judge_stuck(const Evidence& evidence, Found& found) {
    for_each_queue(evidence, found, [](const QueueCondition& queue, Found& said) {
        if (queue.oldest_wait <= kLongWait || queue.is_paused || queue.workers == 0 ||
            is_marker_lost(queue)) {
            return;
        }
        const bool moves = queue.ended > 0 && queue.newest_end;
        const auto waits = counted(queue.runnable(), "job") + ", the next one for " +
                           in_seconds(queue.oldest_wait);
        if (moves) {
            said.warn("The queue " + queue.name + " is behind", waits);
        } else {
            said.fail("The queue " + queue.name + " is stuck: jobs wait and none ends", waits);
        }
    });
}

void judge_stalled(const Evidence& evidence, Found& found) {
    for_each_queue(evidence, found, [](const QueueCondition& queue, Found& said) {
        if (queue.unlocked > 0) {
            said.warn("Jobs of the queue " + queue.name + " are active, and no worker holds them",
                      counted(queue.unlocked, "job"));
        }
    });
}

void judge_marker(const Evidence& evidence, Found& found) {
    for_each_queue(evidence, found, [](const QueueCondition& queue, Found& said) {
        if (is_marker_lost(queue)) {
            said.fail(
                "Jobs of the queue " + queue.name + " are due, and what wakes its workers is gone",
                {},
                "`tripos queue pause " + queue.name + "`, then `tripos queue resume " + queue.name +
                    "`");
        }
    });
}

void judge_prefix(const Evidence& evidence, Found& found) {
    for_each_queue(evidence, found, [](const QueueCondition& queue, Found& said) {
        if (!queue.strays.empty()) {
            said.warn(
                "Jobs of a queue " + queue.name + " wait under another prefix, where nobody works",
                join(queue.strays, ", "));
        }
    });
}

/// "12 times: 550 no such mailbox", the most frequent first.
std::string reasons_of(const QueueCondition& queue) {
    std::vector<std::pair<std::int64_t, std::string>> reasons;
    for (const auto& [reason, count] : queue.reasons) {
        reasons.emplace_back(count, reason);
    }
    std::sort(reasons.rbegin(), reasons.rend());
    std::string text;
    for (std::size_t i = 0; i < std::min(reasons.size(), kMostReasons); ++i) {
        text += "; " + counted(reasons[i].first, "time") + ": " + reasons[i].second;
    }
    return text;
}

void judge_failures(const Evidence& evidence, Found& found) {
    for_each_queue(evidence, found, [](const QueueCondition& queue, Found& said) {
        if (queue.ended > kFewEnded && 100 * queue.failed > queue.ended) {
            said.warn(
                "More than one job in a hundred of the queue " + queue.name + " failed",
                std::to_string(queue.failed) + " of " + std::to_string(queue.ended) +
                    " in a quarter of an hour" + reasons_of(queue),
                "Mend what the reasons name, then tripos queue retry " + queue.name + " --all");
        }
    });
}

}  // namespace

std::vector<Check> queue_checks() {
    return {
        {"queue-paused", "No queue is paused", "mails wait, and their jobs are `waiting`",
         "`tripos queue resume email`", judge_paused},
        {"queue-workers", "Every queue has workers", "mails wait, and nothing is active",
         "Start `tripos serve`: it works on the queues", judge_workers},
        {"queue-stuck", "No runnable job waits for a minute", "mails come late, or not at all",
         "Look at what its workers do: `tripos queue jobs email --state active`, and `relay` "
         "lines in the log",
         judge_stuck},
        {"queue-stalled", "Every active job is held by a worker",
         "a job is `active` for ever; a killed worker leaves some for half a minute",
         "A running worker hands them out again within 30 s; start `tripos serve` if none runs",
         judge_stalled},
        {"queue-marker", "What wakes the workers is there",
         "jobs wait although workers are idle, after keys were deleted by hand",
         "`tripos queue pause email`, then `tripos queue resume email`", judge_marker},
        {"queue-prefix", "No job waits under a prefix that nobody works on",
         "jobs that another program added are never taken",
         "Give QUEUE_PREFIX and the other program's `prefix` the same value", judge_prefix},
        {"queue-failures", "Fewer than one job in a hundred fails",
         "some mails never come; `tripos queue jobs email --state failed`",
         "Mend what the reasons name, then `tripos queue retry email --all`", judge_failures},
    };
}

}  // namespace tripos::doctor::detail
