// SPDX-License-Identifier: MIT
#pragma once
// The rows of the table `outbox` as the pipeline sees them: the SQL behind relay, worker and
// reconciler. Functions run inside the caller's transaction. A row that is SENT stays SENT, whoever
// comes late.

#include <optional>
#include <span>
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
    std::string list;  ///< of a newsletter: the list its recipient can leave
    std::string kind;
    std::string user_id;      ///< whom it concerns; empty: nobody in particular
    std::string traceparent;  ///< where in a trace it was caused; empty: nowhere
};

struct PendingMails {
    std::vector<PendingMail> mails;
    std::int64_t waiting = 0;  ///< how many there are in all; 10,000: that many or more
};

/// The most urgent first, oldest first among equals.
PendingMails find_pending(sql::Session& session, std::int64_t limit);
/// Whether so many mails are PENDING or QUEUED that long work should not add more just now: the
/// queue lives in Redis, whose memory must not grow with the number of recipients. Those that a
/// relay defers do not count: they may stay for two days, and hold nobody up.
bool is_full(sql::Session& session);
/// Only rows that are still PENDING: a worker may have been faster than this note.
void mark_queued(sql::Session& session, std::span<const std::string> ids, Timestamp now);
/// Another mail that says the same is on its way: they are CANCELLED, unless they are PENDING no
/// longer.
void mark_needless(sql::Session& session, const std::vector<std::string>& ids, Timestamp now);

/// QUEUED and DEFERRED rows of ours in order of (queued_at, id), for the reconciler.
struct QueuedMail {
    std::string id;
    Timestamp queued_at{};
    int priority = 5;
};
std::vector<QueuedMail> find_queued(sql::Session& session, const QueuedMail& after,
                                    Timestamp queued_before, std::int64_t limit);
/// The queue lost it: the relay takes it again.
void mark_pending(sql::Session& session, const std::string& id);

/// Of mails that wait to be sent, or sent again.
struct WaitingMails {
    Timestamp before{};  ///< caused then or earlier
    int below = 0;       ///< less urgent than that
};
/// CANCELLED, at most so many; how many.
std::int64_t cancel_waiting(sql::Session& session, const WaitingMails& which, Timestamp now,
                            std::int64_t limit);
/// Whatever the queue has of ours, or had, the relay takes again: a job that is still there stays
/// the only one. At most so many; how many.
std::int64_t make_pending(sql::Session& session, std::int64_t limit);

/// Since when the queue has yet to take a mail that somebody waits for; newsletters are in no
/// hurry. Nothing: there is none.
std::optional<Timestamp> oldest_pending(sql::Session& session);
/// Since when the oldest mail with a code or a link has been accepted and has not ended. Of those
/// that were deferred, the four oldest are left out: a few are a matter of their recipients, more
/// of them of the relay. Nothing: there is none.
std::optional<Timestamp> oldest_urgent(sql::Session& session);
/// A mail whose body is sealed.
struct SealedMail {
    std::string id;
    std::string body;
};
/// Some of those that wait to be sent. For the bulk reader.
std::vector<SealedMail> find_sealed(sql::Session& session, std::int64_t limit);
/// How many mails ended in doubt since then. Reads the whole table: for the bulk reader.
std::int64_t count_in_doubt(sql::Session& session, Timestamp since);

struct OutboxState {
    int priority = 5;
    std::string status;  ///< PENDING, QUEUED, DEFERRED, SENT or FAILED
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
