// SPDX-License-Identifier: MIT
#pragma once
// The job `send-email`: what it carries, how it is made from an outbox row and read back, and what
// a delivery means for it. Node producers add such jobs too: {to, subject, html}. Ours carry
// `sealed` in place of `html` when the mail holds a secret. Pure functions.

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "mail/address.hpp"
#include "mail/transport.hpp"
#include "notices/outbox_rows.hpp"
#include "queue/queue.hpp"

namespace tripos::notices {

inline constexpr std::string_view kMailJob = "send-email";
/// A worker's, while the database is away.
inline constexpr std::chrono::seconds kDatabasePause{5};

/// How our own jobs are tried again.
struct RetryPolicy {
    int attempts = 3;
    std::chrono::milliseconds backoff{2'000};  ///< exponential, jitter 0.2
};

/// As BullMQ counts, which runs the lowest number first.
constexpr std::int64_t queue_priority(int priority) {
    return 11 - priority;
}

/// The job for an outbox row; its id is the row's, so that adding it twice is a no-op.
queue::NewJob make_mail_job(const PendingMail& mail, const RetryPolicy& policy);

/// For a verification mail: while an earlier one to the same user waits to be sent, this one need
/// not be: its link works too. Nothing for others, nor for one that has waited so long that the
/// earlier one's link may be over.
std::optional<queue::Deduplication> deduplication_of(const PendingMail& mail, Timestamp now);

struct MailJobData {
    mail::Address to;
    std::string subject;
    std::string body;  ///< HTML, or its sealed form
    bool sealed = false;
    std::string list;  ///< of a newsletter: the list its recipient can leave
};

/// An Error whose message is the reason for which the job can never succeed.
Result<MailJobData> read_mail_job(const queue::Job& job);

/// The mail's id, which is also the local part of its Message-ID: the same on every try, so that
/// receivers can drop a second copy. For our own jobs it is the row's.
std::string mail_id_of(const queue::Job& job);
/// 1 to 10, 10 is the most urgent. Of a foreign job without one: that of a notice.
int priority_of(const queue::Job& job);

/// What besides the delivery decides about its job.
struct TryContext {
    std::string_view message_id;
    mail::Urgency urgency = mail::Urgency::notice;
    int throttled = 0;  ///< how many of the tries before it the relay throttled
    /// Set where its attempts are used up: how long a refused mail waits for its next, slow try.
    std::optional<std::chrono::milliseconds> deferral;
    Timestamp now{};
};
/// What the queue does about a delivery. Only the message's own failures use up its attempts, and
/// slow tries follow them: one that the relay throttled comes back later, one that found no relay
/// at once, as the connections themselves wait.
queue::Outcome outcome_of(const mail::Delivery& delivery, const TryContext& context);

/// MAIL_FROM: one mailbox as RFC 5322 has it. An Error names the setting.
struct Sender {
    std::string name;
    mail::Address address;
    std::string domain;
};
Result<Sender> parse_sender(std::string_view from);

}  // namespace tripos::notices
