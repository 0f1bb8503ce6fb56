// SPDX-License-Identifier: MIT
#include "queue/detail/settlement.hpp"

#include <cmath>

#include "queue/detail/job_codec.hpp"

namespace tripos::queue::detail {
namespace {

constexpr double kLongestDelay =
    366.0 * 24 * 3600 * 1000;  // ms; beyond it scores would lose their order

Settlement fail(const Job& job, const std::string& reason) {
    return {.kind = Settlement::Kind::failed,
            .value = reason,
            .stacktrace = append_stacktrace(job, "Error: " + reason)};
}

Settlement retry(const Job& job, const std::string& reason, Random& random) {
    const int made = job.attempts_made + 1;
    Settlement result = fail(job, reason);
    if (made >= job.options.attempts) {
        return result;
    }
    result.delay = retry_delay(job.options.backoff, made, random);
    result.kind = result.delay.count() > 0 ? Settlement::Kind::delay : Settlement::Kind::retry_now;
    return result;
}

Settlement complete(const Job& job, const Completed& completed, Random& random) {
    // BullMQ's event readers stop for good at a value they cannot parse.
    if (!is_json(completed.return_value)) {
        return retry(job, "the processor returned malformed JSON", random);
    }
    return {.kind = Settlement::Kind::completed, .value = completed.return_value};
}

Settlement put_aside(const MoveToDelayed& request, Timestamp now) {
    const auto delay = std::max(request.until - now, std::chrono::milliseconds(0));
    return {.kind = Settlement::Kind::delay, .delay = delay, .counts_attempt = false};
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
    delay = std::min(delay, kLongestDelay);
    if (backoff->jitter > 0) {
        delay = std::floor(random.unit() * delay * backoff->jitter + delay * (1 - backoff->jitter));
    }
    return std::chrono::milliseconds(static_cast<std::int64_t>(delay));
}

Settlement settle(const Job& job, const Outcome& outcome, Timestamp now, Random& random) {
    if (const auto* completed = std::get_if<Completed>(&outcome)) {
        return complete(job, *completed, random);
    }
    if (const auto* failed = std::get_if<FailPermanently>(&outcome)) {
        return fail(job, failed->reason);
    }
    if (const auto* again = std::get_if<Retry>(&outcome)) {
        return retry(job, again->reason, random);
    }
    if (const auto* aside = std::get_if<MoveToDelayed>(&outcome)) {
        return put_aside(*aside, now);
    }
    return {.kind = Settlement::Kind::give_back};
}

}  // namespace tripos::queue::detail
