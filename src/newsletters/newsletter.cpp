// SPDX-License-Identifier: MIT
#include "newsletters/newsletter.hpp"

#include <array>

namespace tripos::newsletters {

namespace {

/// By NewsletterStatus.
constexpr std::array<std::string_view, 5> kNames = {"DRAFT", "SENDING", "PAUSED", "CANCELLED",
                                                    "DONE"};

}  // namespace

std::string_view to_text(NewsletterStatus status) {
    const auto index = static_cast<std::size_t>(status);
    return index < kNames.size() ? kNames.at(index) : std::string_view();
}

Progress progress_of(const std::map<std::string, std::int64_t>& mails_by_status) {
    Progress progress;
    for (const auto& [status, count] : mails_by_status) {
        progress.total += count;
        auto& counter = status == "PLANNED"      ? progress.planned
                        : status == "DEFERRED"   ? progress.deferred
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
