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

inline constexpr std::string_view kMailQueue = "email";
inline constexpr std::string_view kMailJob = "send-email";

/// How our own jobs are tried again.
struct RetryPolicy {
    int attempts = 3;
    std::chrono::milliseconds backoff{2'000};  ///< exponential, jitter 0.2
};

/// The job for an outbox row; its id is the row's, so that adding it twice is a no-op.
queue::NewJob make_mail_job(const PendingMail& mail, const RetryPolicy& policy);

struct MailJobData {
    mail::Address to;
    std::string subject;
    std::string body;  ///< HTML, or its sealed form
    bool sealed = false;
};

/// An Error whose message is the reason for which the job can never succeed.
Result<MailJobData> read_mail_job(const queue::Job& job);

/// The Message-ID (without <>): the same on every try, so that receivers can drop a second copy.
std::string message_id_of(const queue::Job& job, std::string_view domain);

/// What the queue does about a delivery that was not `delivered`; for that one it is Completed.
queue::Outcome outcome_of(const mail::Delivery& delivery, std::string_view message_id);

/// "delivered", "retry_message", ...: the label of the metric.
std::string_view to_string(mail::Delivery::Kind kind);

/// "Name <address>" or "address". An Error names MAIL_FROM.
struct Sender {
    std::string name;
    mail::Address address;
    std::string domain;
};
Result<Sender> parse_sender(std::string_view from);

}  // namespace tripos::notices
