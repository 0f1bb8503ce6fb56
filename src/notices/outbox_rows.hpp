// SPDX-License-Identifier: MIT
#pragma once
// The rows of the table `outbox` as the pipeline sees them: the SQL behind relay, worker and
// reconciler. Functions run inside the caller's transaction. A row that is SENT stays SENT, whoever
// comes late.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "sql/session.hpp"

namespace tripos::notices {

/// What the relay needs to put a mail on the queue.
struct PendingMail {
    std::string id;
    std::string to;
    std::string subject;
    std::string body;  ///< HTML, or its sealed form
    bool sealed = false;
    int priority = 5;  ///< 10 is the most urgent
    Timestamp created_at{};
};

struct PendingMails {
    std::vector<PendingMail> mails;
    std::int64_t waiting = 0;  ///< how many there are in all
};

/// The most urgent first, oldest first among equals.
PendingMails find_pending(sql::Session& session, std::int64_t limit);
/// Only rows that are still PENDING: a worker may have been faster than this note.
void mark_queued(sql::Session& session, const std::vector<std::string>& ids, Timestamp now);

/// What is known of a mail that is about to be sent.
struct MailInProgress {
    bool sent_already = false;
    std::string kind;
    Timestamp created_at{};
};

/// Counts the try, which also proves that the outcome will be recordable. Nothing: the job is not
/// from the outbox.
std::optional<MailInProgress> begin_try(sql::Session& session, const std::string& id);

void mark_sent(sql::Session& session, const std::string& id, std::string_view message_id,
               Timestamp now);
void mark_failed(sql::Session& session, const std::string& id, std::string_view reason,
                 Timestamp now);

/// QUEUED rows in order of (queued_at, id), for the reconciler.
struct QueuedMail {
    std::string id;
    Timestamp queued_at{};
};
std::vector<QueuedMail> find_queued(sql::Session& session, const QueuedMail& after,
                                    Timestamp queued_before, std::int64_t limit);
/// The queue lost it: the relay takes it again.
void mark_pending(sql::Session& session, const std::string& id);

struct OutboxState {
    std::string status;  ///< PENDING, QUEUED, SENT or FAILED
    int attempts = 0;
    std::optional<std::string> last_error;
};
std::optional<OutboxState> find_state(sql::Session& session, const std::string& id);

/// A mail as its receiver may know of it: without the body, which may carry a secret.
struct UserMail {
    std::string kind;
    std::string subject;
    std::string status;  ///< as in OutboxState
    Timestamp created_at{};
    std::optional<Timestamp> finished_at;
};
/// The mails that concern a user, the newest first, at most `limit`.
std::vector<UserMail> list_of_user(sql::Session& session, const std::string& user_id,
                                   std::int64_t limit);

}  // namespace tripos::notices
