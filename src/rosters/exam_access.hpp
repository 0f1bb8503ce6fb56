// SPDX-License-Identifier: MIT
#pragma once
// ExamAccess: who may start an exam, and from where. Values and pure functions. Every part is
// optional; an exam that asks nothing is open to everybody with a confirmed address.

#include <optional>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "module/entity.hpp"

namespace tripos::rosters {

struct ExamAccess {
    std::string exam_id = {};
    std::vector<std::string> cohort_ids;    ///< candidates of one of these; empty: everybody
    std::vector<std::string> codes;         ///< one of them, as of a room; empty: none is asked
    std::vector<std::string> addresses;     ///< one of these addresses or CIDR blocks
    std::vector<std::string> config_keys;   ///< Safe Exam Browser: Config Keys, lower-case hex
    std::vector<std::string> browser_keys;  ///< Safe Exam Browser: Browser Exam Keys, the same

    bool is_open() const {
        return cohort_ids.empty() && codes.empty() && addresses.empty() && config_keys.empty() &&
               browser_keys.empty();
    }
};

inline constexpr auto kAccessMembers =
    entity::Table(entity::Member{"exam_id", &ExamAccess::exam_id},
                  entity::Member{"cohort_ids", &ExamAccess::cohort_ids, "cohortIds",
                                 [] { return http::schema::list_of(http::schema::uuid()); }},
                  entity::Member{"codes", &ExamAccess::codes, "accessCodes"},
                  entity::Member{"addresses", &ExamAccess::addresses, "addresses"},
                  entity::Member{"config_keys", &ExamAccess::config_keys, "sebConfigKeys"},
                  entity::Member{"browser_keys", &ExamAccess::browser_keys, "sebBrowserExamKeys"});

using ExamAccessList = std::vector<ExamAccess>;

/// What a decoded list of them holds on the heap.
inline std::size_t decoded_bytes(const ExamAccessList& all) {
    return entity::heap_bytes(all, kAccessMembers);
}

/// What a request to start brings.
struct Arrival {
    std::string code;             ///< as typed
    std::string ip;               ///< of the client
    std::string url;              ///< of the request, as the browser sees it
    std::string config_key_hash;  ///< X-SafeExamBrowser-ConfigKeyHash
    std::string request_hash;     ///< X-SafeExamBrowser-RequestHash
};

/// Whether a candidate of these cohorts may know of the exam.
bool admits(const ExamAccess& access, const std::vector<std::string>& cohort_ids);

/// Why the exam cannot be started so, if it cannot: invalid() with the code not_in_cohort,
/// address_not_allowed, safe_exam_browser_required, access_code_required or access_code_wrong.
std::optional<Error> refusal_of(const ExamAccess& access,
                                const std::vector<std::string>& cohort_ids, const Arrival& arrival);

}  // namespace tripos::rosters
