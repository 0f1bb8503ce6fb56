// SPDX-License-Identifier: MIT
#include "queue/detail/settlement.hpp"

#include <cmath>

#include "queue/detail/job_codec.hpp"
#include "queue/detail/json_check.hpp"

namespace tripos::queue::detail {
namespace {

Settlement fail(const Job& job, const std::string& reason) {
    return {.kind = Settlement::Kind::failed,
            .value = reason,
            .stacktrace = append_stacktrace(job, "Error: " + reason)};
}

bool is_known(const std::optional<Backoff>& backoff) {
    return !backoff || backoff->type == "fixed" || backoff->type == "exponential";
}

/// Nothing: the strategy wants no further try.
std::optional<std::chrono::milliseconds> wait_before_next(const Job& job, int made,
                                                          const std::string& reason,
                                                          const RetryRules& rules, Random& random) {
    if (is_known(job.options.backoff) || rules.strategy == nullptr || !*rules.strategy) {
        return retry_delay(job.options.backoff, made, random);
    }
    const auto wait = (*rules.strategy)(job, made, reason);
    return wait ? std::optional(std::clamp(*wait, std::chrono::milliseconds(0), kLongestDelay))
                : std::nullopt;
}

Settlement retry(const Job& job, const std::string& reason, Random& random,
                 const RetryRules& rules) {
    const int made = job.attempts_made + 1;
    Settlement result = fail(job, reason);
    const bool is_used_up = rules.max_started && job.attempts_started >= *rules.max_started;
    if (made >= job.options.attempts || is_used_up) {
        return result;
    }
    const auto wait = wait_before_next(job, made, reason, rules, random);
    if (!wait) {
        return result;
    }
    result.delay = *wait;
    result.kind = result.delay.count() > 0 ? Settlement::Kind::delay : Settlement::Kind::retry_now;
    return result;
}

Settlement complete(const Job& job, const Completed& completed, Random& random,
                    const RetryRules& rules) {
    // BullMQ's event readers stop for good at a value they cannot parse.
    if (!is_json(completed.return_value)) {
        return retry(job, "the processor returned malformed JSON", random, rules);
    }
    return {.kind = Settlement::Kind::completed, .value = completed.return_value};
}

Settlement put_aside(const MoveToDelayed& request, Timestamp now) {
    const auto delay = std::max(request.until - now, std::chrono::milliseconds(0));
    return {.kind = Settlement::Kind::delay, .delay = delay, .counts_attempt = false};
}

Settlement slow_down(const SlowDown& request) {
    return {.kind = Settlement::Kind::give_back,
            .delay = std::clamp(request.pause, std::chrono::milliseconds(0), kLongestDelay)};
}

}  // namespace

std::chrono::milliseconds retry_delay(const std::optional<Backoff>& backoff, int made,
                                      Random& random) {
    if (!backoff) {
        return std::chrono::milliseconds(0);
    }
    double delay = static_cast<double>(backoff->delay.count());
    if (backoff->type == "exponential") {
        delay = std::round(std::exp2(std::min(made - 1, 60)) * delay);
    }
    delay = std::min(delay, static_cast<double>(kLongestDelay.count()));
    if (backoff->jitter > 0) {
        delay = std::floor(random.unit() * delay * backoff->jitter + delay * (1 - backoff->jitter));
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(delay));
}

namespace {

Settlement decide(const Job& job, const Outcome& outcome, Timestamp now, Random& random,
                  const RetryRules& rules) {
    if (const auto* completed = std::get_if<Completed>(&outcome)) {
        return complete(job, *completed, random, rules);
    }
    if (const auto* failed = std::get_if<FailPermanently>(&outcome)) {
        return fail(job, failed->reason);
    }
    if (const auto* again = std::get_if<Retry>(&outcome)) {
        return retry(job, again->reason, random, rules);
    }
    if (const auto* aside = std::get_if<MoveToDelayed>(&outcome)) {
        return put_aside(*aside, now);
    }
    if (std::holds_alternative<WaitForChildren>(outcome)) {
        return {.kind = Settlement::Kind::wait_for_children};
    }
    return slow_down(std::get<SlowDown>(outcome));
}

}  // namespace

Settlement settle(const Job& job, const Outcome& outcome, Timestamp now, Random& random,
                  const RetryRules& rules) {
    Settlement settlement = decide(job, outcome, now, random, rules);
    settlement.due = now + settlement.delay;
    return settlement;
}

}  // namespace tripos::queue::detail
