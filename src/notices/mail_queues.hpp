// SPDX-License-Identifier: MIT
#pragma once
// MailQueues: `email` carries security mail and notices by priority, `email-bulk` newsletters, so
// that nobody waits behind a newsletter.

#include <string>
#include <string_view>

#include "notices/outbox.hpp"
#include "queue/queue.hpp"

namespace tripos::notices {

inline constexpr std::string_view kMailQueue = "email";
inline constexpr std::string_view kBulkQueue = "email-bulk";

/// Whether the jobs of that queue are mails, whose text is nobody's business.
inline bool is_mail_queue(std::string_view name) {
    return name == kMailQueue || name == kBulkQueue;
}

/// As thread-safe as queue::Queue.
struct MailQueues {
    MailQueues(redis::Client& client, const std::string& prefix, const Clock& clock)
        : email(client, {.name = std::string(kMailQueue), .prefix = prefix}, clock),
          bulk(client, {.name = std::string(kBulkQueue), .prefix = prefix}, clock) {}

    /// `priority`: of the outbox row.
    queue::Queue& of(int priority) {
        return Priority{priority}.urgency() == mail::Urgency::bulk ? bulk : email;
    }

    queue::Queue email;
    queue::Queue bulk;
};

}  // namespace tripos::notices
