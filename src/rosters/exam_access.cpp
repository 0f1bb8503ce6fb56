// SPDX-License-Identifier: MIT
#include "rosters/exam_access.hpp"

#include <algorithm>

#include "core/digest.hpp"
#include "core/secret.hpp"
#include "core/text.hpp"
#include "core/unicode.hpp"
#include "http/server.hpp"

namespace tripos::rosters {

namespace {

/// As Safe Exam Browser computes it: SHA-256 of the address without its fragment and of the key.
bool has_hash(const std::vector<std::string>& keys, const std::string& url,
              const std::string& given) {
    const auto hash = to_lower(given);
    return std::any_of(keys.begin(), keys.end(), [&](const std::string& key) {
        return equal_in_constant_time(sha256(url + key), hash);
    });
}

/// People type codes from a blackboard.
std::string comparable(const std::string& code) {
    return fold(trim(code));
}

}  // namespace

bool admits(const ExamAccess& access, const std::vector<std::string>& cohort_ids) {
    return access.cohort_ids.empty() ||
           std::any_of(cohort_ids.begin(), cohort_ids.end(), [&](const std::string& id) {
               return std::find(access.cohort_ids.begin(), access.cohort_ids.end(), id) !=
                      access.cohort_ids.end();
           });
}

std::optional<Error> refusal_of(const ExamAccess& access,
                                const std::vector<std::string>& cohort_ids,
                                const Arrival& arrival) {
    if (!admits(access, cohort_ids)) {
        return invalid("not_in_cohort", "You are not on the list of this exam's candidates");
    }
    const bool is_here =
        std::any_of(access.addresses.begin(), access.addresses.end(),
                    [&](const std::string& one) { return http::is_in_block(arrival.ip, one); });
    if (!access.addresses.empty() && !is_here) {
        return invalid("address_not_allowed", "This exam cannot be started from this network");
    }
    const bool config_fits = access.config_keys.empty() ||
                             has_hash(access.config_keys, arrival.url, arrival.config_key_hash);
    const bool browser_fits = access.browser_keys.empty() ||
                              has_hash(access.browser_keys, arrival.url, arrival.request_hash);
    if (!config_fits || !browser_fits) {
        return invalid("safe_exam_browser_required",
                       "Start this exam in Safe Exam Browser, with the settings for it");
    }
    if (access.codes.empty()) {
        return std::nullopt;
    }
    const auto typed = comparable(arrival.code);
    if (typed.empty()) {
        return invalid("access_code_required", "This exam asks for its access code");
    }
    const bool is_right = std::any_of(
        access.codes.begin(), access.codes.end(),
        [&](const std::string& code) { return equal_in_constant_time(comparable(code), typed); });
    return is_right ? std::nullopt
                    : std::optional(invalid("access_code_wrong", "This access code is wrong"));
}

}  // namespace tripos::rosters
