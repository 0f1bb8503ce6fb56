// SPDX-License-Identifier: MIT
#pragma once
// A mail's tries in the tables `outbox` and `mail_log`: begun, in doubt, concluded. Each try has a
// number, and what a try writes counts only while no later one has begun: a worker that lost its
// job cannot send it any more. Functions run inside the caller's transaction.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "mail/address.hpp"
#include "mail/suppressions.hpp"
#include "mail/transport.hpp"
#include "sql/near_texts.hpp"
#include "sql/session.hpp"

namespace tripos::notices {

/// SQL of migration 4 of this module.
extern const std::string_view kDeliveryTables;
/// SQL of migration 5.
extern const std::string_view kPruneIndex;
/// SQL of migration 6.
extern const std::string_view kDeferral;

/// One try to send a mail.
struct MailTry {
    std::string id;  ///< of the mail: the outbox row, and the local part of its Message-ID
    std::string to;  ///< as it was given
    std::string canonical;
    std::string kind;  ///< "verification", "notification", ...; "foreign": from another producer
    mail::Urgency urgency = mail::Urgency::notice;
    int number = 0;     ///< 1 for the first
    int throttled = 0;  ///< how many of the tries before it the relay throttled
    Timestamp created_at{};
    bool is_suspect = false;  ///< the try before it ended in doubt: this may be a second copy
    std::optional<Timestamp> expires_at;     ///< of what the mail carries
    std::optional<Timestamp> refused_since;  ///< since it was queued: the first refusal for now
    /// Refused for now once more, it is DEFERRED for so long; nothing: the queue decides.
    std::optional<std::chrono::milliseconds> deferral;
};

/// Whether a job may send its mail.
struct TryStart {
    enum class Verdict {
        send,
        already_sent,
        withdrawn,  ///< held back, cancelled, suppressed or too late: `reason`
        in_doubt,   ///< it may be with the relay already, and is not sent again by itself
    };
    Verdict verdict = Verdict::send;
    MailTry mail_try;    ///< for `send` and `in_doubt`
    std::string reason;  ///< for `withdrawn` and `in_doubt`
};

/// What a foreign job says of itself: its mail becomes a row when its first try begins.
struct ForeignMail {
    mail::Address to;
    std::string subject;
    int priority = 5;  ///< 10 is the most urgent
    Timestamp created_at{};
};

/// Begins a try, which also proves that its outcome will be recordable. `foreign` is for ids that
/// are not in the outbox.
TryStart begin_try(sql::Session& session, const std::string& id, const ForeignMail& foreign,
                   Timestamp now);

/// Notes that the final dot goes out next. False: the try does not count any more.
bool mark_in_doubt(sql::Session& session, const MailTry& mail_try, Timestamp now);

/// Whether a mail whose delivery is in doubt is sent again: a second code or notice does no harm,
/// a second newsletter does.
bool is_sent_again(mail::Urgency urgency);

/// Records how a try ended, in the row and in the log; a mailbox that does not exist goes on the
/// suppression list. False: the mail was SENT before, so this was a second copy.
bool record_outcome(sql::Session& session, const MailTry& mail_try, const mail::Delivery& delivery,
                    Timestamp now);

/// The queue has given the mail up, or lost its job for good.
void mark_failed(sql::Session& session, const std::string& id, std::string_view reason,
                 Timestamp now);
/// It was sent. False: the row knew.
bool mark_sent(sql::Session& session, const std::string& id, Timestamp now);

/// "delivered", "retry_message", ...: in the log and as the label of the metric.
std::string_view to_string(mail::Delivery::Kind kind);

/// One line of a mail's log.
struct LoggedTry {
    int number = 0;
    Timestamp at{};
    std::string outcome;
    int code = 0;
    std::string reply;
};

/// A mail with everything that was tried.
struct LoggedMail {
    std::string id;
    std::string to;
    std::string kind;
    std::string subject;
    std::string status;
    Timestamp created_at{};
    std::optional<Timestamp> finished_at;
    std::optional<Timestamp> next_try_at;  ///< of a deferred one
    std::optional<std::string> reason;
    std::vector<LoggedTry> tries;  ///< oldest first
};

/// Which mails; what is empty means any.
struct LogQuery {
    std::string canonical;  ///< of the address
    /// PENDING, QUEUED, DEFERRED, SENT, FAILED, IN_DOUBT, SUPPRESSED or CANCELLED.
    std::string status;
    std::string id;  ///< of the mail, which is that of its job
};

/// Newest first.
std::vector<LoggedMail> find_log(sql::Session& session, const LogQuery& query, std::int64_t limit);
/// Canonical addresses of mails that are kept and are like the one wanted.
std::vector<std::string> find_near_addresses(sql::Session& session, const sql::NearTexts& wanted);
/// Deletes up to `limit` lines older than that; how many there were.
std::int64_t prune_log(sql::Session& session, Timestamp before, std::int64_t limit);
/// Deletes up to `limit` mails that were sent or suppressed before that; how many there were. Those
/// that failed stay, as their jobs do, and so do the recipients of newsletters.
std::int64_t prune_mails(sql::Session& session, Timestamp before, std::int64_t limit);

/// The entry of the suppression list that would keep the mail from being sent now.
std::optional<mail::Suppression> find_obstacle(sql::Session& session, const std::string& id,
                                               Timestamp now);

/// Puts a mail that is finished back in line, with tries and all: PENDING. False: there is none
/// such, it is not finished, or its text is not kept.
bool resend(sql::Session& session, const std::string& id);

}  // namespace tripos::notices
