// SPDX-License-Identifier: MIT
#include "newsletters/newsletter.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "core/assert.hpp"

namespace tripos::newsletters {

namespace {

constexpr std::array<std::pair<NewsletterStatus, std::string_view>, 5> kNames = {{
    {NewsletterStatus::draft, "DRAFT"},
    {NewsletterStatus::sending, "SENDING"},
    {NewsletterStatus::paused, "PAUSED"},
    {NewsletterStatus::cancelled, "CANCELLED"},
    {NewsletterStatus::done, "DONE"},
}};

}  // namespace

std::string_view to_string(NewsletterStatus status) {
    const auto* const found = std::find_if(
        kNames.begin(), kNames.end(), [status](const auto& name) { return name.first == status; });
    TRIPOS_ASSERT(found != kNames.end());
    return found->second;
}

NewsletterStatus parse_status(std::string_view text) {
    const auto* const found = std::find_if(
        kNames.begin(), kNames.end(), [text](const auto& name) { return name.second == text; });
    TRIPOS_ASSERT(found != kNames.end());
    return found->first;
}

Progress progress_of(const std::map<std::string, std::int64_t>& mails_by_status) {
    Progress progress;
    for (const auto& [status, count] : mails_by_status) {
        progress.total += count;
        auto& counter = status == "PLANNED"      ? progress.planned
                        : status == "SENT"       ? progress.sent
                        : status == "FAILED"     ? progress.failed
                        : status == "SUPPRESSED" ? progress.suppressed
                        : status == "IN_DOUBT"   ? progress.in_doubt
                        : status == "CANCELLED"  ? progress.cancelled
                                                 : progress.queued;
        counter += count;
    }
    return progress;
}

}  // namespace tripos::newsletters
