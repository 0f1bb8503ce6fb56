// SPDX-License-Identifier: MIT
#include "notices/delivery_rows.hpp"

#include "notices/outbox.hpp"
#include "notices/slow_retries.hpp"

namespace tripos::notices {

const std::string_view kDeliveryTables = R"(
ALTER TABLE outbox ADD COLUMN in_doubt_at BIGINT;
ALTER TABLE outbox ADD COLUMN expires_at BIGINT;
ALTER TABLE outbox DROP COLUMN message_id;
CREATE INDEX outbox_by_address ON outbox (to_canonical, created_at);
CREATE TABLE mail_log (
    mail_id TEXT NOT NULL,
    try_number INTEGER NOT NULL,
    at BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    code INTEGER NOT NULL,
    reply TEXT NOT NULL,
    PRIMARY KEY (mail_id, try_number)
);
CREATE INDEX mail_log_by_time ON mail_log (at)
)";

// Recipients of a newsletter stay: their rows are its figures.
const std::string_view kPruneIndex =
    "CREATE INDEX outbox_by_end ON outbox (finished_at) "
    "WHERE letter_id IS NULL AND finished_at IS NOT NULL";

const std::string_view kDeferral = R"(
ALTER TABLE outbox ADD COLUMN deferred_until BIGINT;
CREATE INDEX outbox_deferred ON outbox (queued_at, id) WHERE status = 'DEFERRED'
)";

namespace {

using Kind = mail::Delivery::Kind;
using Verdict = TryStart::Verdict;

constexpr std::string_view kEndedInDoubt =
    "the program ended between the final dot and the relay's answer";
constexpr std::string_view kNotSentAgain = "in doubt: the relay may have it, not sent again";

/// A row as begin_try() finds it.
struct Found {
    MailTry mail_try;
    std::string status;
    bool in_doubt = false;
    std::string letter_state;
    std::string list;
};

/// QUEUED while a worker has it; a worker may begin before it is marked so, or after Redis lost it.
bool is_waiting(std::string_view status) {
    return status == "PENDING" || status == "QUEUED" || status == "DEFERRED";
}

std::optional<Found> find_row(sql::Session& session, const std::string& id) {
    const auto row = session.query_one(
        "SELECT o.status, o.kind, o.created_at, o.priority, o.to_address, o.to_canonical, "
        "o.attempts, o.in_doubt_at, o.expires_at, l.state, l.list "
        "FROM outbox o LEFT JOIN letters l ON l.id = o.letter_id WHERE o.id = $1",
        id);
    if (!row) {
        return std::nullopt;
    }
    return Found{.mail_try = {.id = id,
                              .to = row->text(4),
                              .canonical = row->maybe_text(5).value_or(""),
                              .kind = row->text(1),
                              .urgency = Priority{static_cast<int>(row->integer(3))}.urgency(),
                              .number = static_cast<int>(row->integer(6)),
                              .created_at = row->time(2),
                              .expires_at = row->maybe_time(8)},
                 .status = row->text(0),
                 .in_doubt = is_waiting(row->text(0)) && row->maybe_time(7).has_value(),
                 .letter_state = row->maybe_text(9).value_or("OPEN"),
                 .list = row->maybe_text(10).value_or("")};
}

Found adopt(sql::Session& session, const std::string& id, const ForeignMail& foreign,
            Timestamp now) {
    session.execute(
        "INSERT INTO outbox (id, kind, to_address, to_canonical, subject, body, sealed, priority, "
        "status, created_at, queued_at) VALUES ($1, 'foreign', $2, $3, $4, '', 0, $5, 'QUEUED', "
        "$6, $7) ON CONFLICT (id) DO NOTHING",
        id, foreign.to.text, foreign.to.canonical, foreign.subject, foreign.priority,
        foreign.created_at, now);
    return *find_row(session, id);
}

void log_try(sql::Session& session, const MailTry& mail_try, Timestamp now, Kind outcome, int code,
             std::string_view reply) {
    session.execute(
        "INSERT INTO mail_log (mail_id, try_number, at, outcome, code, reply) "
        "VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (mail_id, try_number) DO NOTHING",
        mail_try.id, mail_try.number, now, to_string(outcome), code, reply);
}

std::optional<mail::Suppression> obstacle_of(sql::Session& session, const Found& found,
                                             Timestamp now) {
    return mail::find_suppression(session, found.mail_try.canonical,
                                  {.urgency = found.mail_try.urgency, .list = found.list}, now);
}

/// Why a mail must not be sent now, after its row says so too; nothing: it may.
std::optional<std::string> withdraw(sql::Session& session, const Found& found, Timestamp now) {
    const auto& id = found.mail_try.id;
    if (found.status == "CANCELLED") {
        return "it was cancelled";
    }
    if (found.letter_state != "OPEN") {
        const bool held = found.letter_state == "HELD";
        session.execute("UPDATE outbox SET status = $2, queued_at = $3 WHERE id = $1", id,
                        held ? "PLANNED" : "CANCELLED", now);
        return held ? "its newsletter is held back" : "its newsletter was cancelled";
    }
    if (found.mail_try.expires_at && *found.mail_try.expires_at < now) {
        mark_failed(session, id, "expired before it could be sent", now);
        return "expired before it could be sent";
    }
    const auto obstacle = obstacle_of(session, found, now);
    if (!obstacle) {
        return std::nullopt;
    }
    auto reason = mail::describe(*obstacle);
    session.execute(
        "UPDATE outbox SET status = 'SUPPRESSED', last_error = $2, finished_at = $3 WHERE id = $1",
        id, reason, now);
    return reason;
}

void leave_in_doubt(sql::Session& session, const MailTry& mail_try, Timestamp now) {
    session.execute(
        "UPDATE outbox SET status = 'IN_DOUBT', last_error = $3, finished_at = $4 "
        "WHERE id = $1 AND attempts = $2 AND status IN ('PENDING', 'QUEUED', 'DEFERRED')",
        mail_try.id, mail_try.number, kNotSentAgain, now);
}

/// What the relay said to the tries since the mail was queued: one that is sent again by hand
/// begins anew.
void look_back(sql::Session& session, MailTry& mail_try, Timestamp queued_at) {
    const auto row = session.query_one(
        "SELECT COUNT(CASE WHEN outcome = 'retry_transport' THEN 1 END), MIN(at) FROM mail_log "
        "WHERE mail_id = $1 AND at >= $2 AND (outcome = 'retry_message' OR "
        "(outcome = 'retry_transport' AND code > 0))",
        mail_try.id, queued_at);
    mail_try.throttled = static_cast<int>(row->integer(0));
    mail_try.refused_since = row->maybe_time(1);
}

bool is_final(Kind kind) {
    return kind == Kind::fail_recipient || kind == Kind::fail_message;
}

std::string describe(const mail::Delivery& delivery) {
    return delivery.code == 0 ? delivery.reply
                              : std::to_string(delivery.code) + " " + delivery.reply;
}

}  // namespace

bool is_sent_again(mail::Urgency urgency) {
    return urgency != mail::Urgency::bulk;
}

TryStart begin_try(sql::Session& session, const std::string& id, const ForeignMail& foreign,
                   Timestamp now) {
    auto found = find_row(session, id);
    if (!found) {
        found = adopt(session, id, foreign, now);
    }
    TryStart start{.verdict = Verdict::send, .mail_try = found->mail_try, .reason = {}};
    if (found->status == "SENT") {
        start.verdict = Verdict::already_sent;
        return start;
    }
    // Its job came back: the end of it was lost with a worker or a master of Redis.
    if (found->status == "IN_DOUBT" && !is_sent_again(found->mail_try.urgency)) {
        start.verdict = Verdict::in_doubt;
        start.reason = kNotSentAgain;
        return start;
    }
    if (found->in_doubt) {
        log_try(session, found->mail_try, now, Kind::in_doubt, 0, kEndedInDoubt);
        start.mail_try.is_suspect = true;
        if (!is_sent_again(found->mail_try.urgency)) {
            leave_in_doubt(session, found->mail_try, now);
            start.verdict = Verdict::in_doubt;
            start.reason = kNotSentAgain;
            return start;
        }
    }
    if (auto reason = withdraw(session, *found, now)) {
        start.verdict = Verdict::withdrawn;
        start.reason = std::move(*reason);
        return start;
    }
    const auto counted = session.query_one(
        "UPDATE outbox SET attempts = attempts + 1, status = 'QUEUED', in_doubt_at = NULL, "
        "finished_at = NULL, queued_at = COALESCE(queued_at, $2) "
        "WHERE id = $1 RETURNING attempts, queued_at",
        id, now);
    start.mail_try.number = static_cast<int>(counted->integer(0));
    if (start.mail_try.number > 1) {
        look_back(session, start.mail_try, counted->time(1));
    }
    return start;
}

bool mark_in_doubt(sql::Session& session, const MailTry& mail_try, Timestamp now) {
    return session.execute(
               "UPDATE outbox SET in_doubt_at = $3 "
               "WHERE id = $1 AND attempts = $2 AND status = 'QUEUED'",
               mail_try.id, mail_try.number, now) == 1;
}

bool record_outcome(sql::Session& session, const MailTry& mail_try, const mail::Delivery& delivery,
                    Timestamp now) {
    log_try(session, mail_try, now, delivery.kind, delivery.code, delivery.reply);
    if (delivery.kind == Kind::delivered) {
        return mark_sent(session, mail_try.id, now);
    }
    if (delivery.kind == Kind::in_doubt) {
        if (!is_sent_again(mail_try.urgency)) {
            leave_in_doubt(session, mail_try, now);
        }
        return true;
    }
    const bool final = is_final(delivery.kind);
    const bool deferred = mail_try.deferral && is_refused_for_now(delivery, mail_try.throttled);
    session.execute(
        "UPDATE outbox SET status = $3, last_error = $4, finished_at = $5, deferred_until = $6, "
        "in_doubt_at = NULL WHERE id = $1 AND attempts = $2 AND status = 'QUEUED'",
        mail_try.id, mail_try.number,
        final      ? "FAILED"
        : deferred ? "DEFERRED"
                   : "QUEUED",
        describe(delivery), final ? std::optional(now) : std::nullopt,
        deferred ? std::optional(
                       now + with_what_was_asked(*mail_try.deferral, delivery, mail_try.urgency))
                 : std::nullopt);
    if (delivery.kind == Kind::fail_recipient) {
        mail::suppress(session, {.address = mail_try.canonical,
                                 .reason = mail::SuppressionReason::hard_bounce,
                                 .list = {},
                                 .detail = describe(delivery),
                                 .created_at = now});
    }
    return true;
}

void mark_failed(sql::Session& session, const std::string& id, std::string_view reason,
                 Timestamp now) {
    session.execute(
        "UPDATE outbox SET status = CASE WHEN in_doubt_at IS NULL THEN 'FAILED' ELSE 'IN_DOUBT' "
        "END, finished_at = $3, last_error = $2 "
        "WHERE id = $1 AND status IN ('PENDING', 'QUEUED', 'DEFERRED')",
        id, reason, now);
}

bool mark_sent(sql::Session& session, const std::string& id, Timestamp now) {
    return session.execute(
               "UPDATE outbox SET status = 'SENT', finished_at = $2, last_error = NULL, "
               "in_doubt_at = NULL WHERE id = $1 AND status <> 'SENT'",
               id, now) == 1;
}

std::string_view to_string(Kind kind) {
    switch (kind) {
        case Kind::delivered:
            return "delivered";
        case Kind::retry_message:
            return "retry_message";
        case Kind::retry_transport:
            return "retry_transport";
        case Kind::fail_recipient:
            return "fail_recipient";
        case Kind::fail_message:
            return "fail_message";
        case Kind::fail_configuration:
            return "fail_configuration";
        case Kind::in_doubt:
            return "in_doubt";
        case Kind::overtaken:
            return "overtaken";
        case Kind::withheld:
            break;
    }
    return "withheld";
}

std::vector<LoggedMail> find_log(sql::Session& session, const LogQuery& query, std::int64_t limit) {
    std::string statement =
        "SELECT o.id, o.to_address, o.kind, COALESCE(l.subject, o.subject), o.status, "
        "o.created_at, o.finished_at, o.last_error, "
        "CASE WHEN o.status = 'DEFERRED' THEN o.deferred_until END FROM outbox o "
        "LEFT JOIN letters l ON l.id = o.letter_id";
    std::vector<sql::Value> values;
    const auto want = [&](const char* column, const std::string& value) {
        if (!value.empty()) {
            values.push_back(sql::to_value(value));
            statement += std::string(values.size() == 1 ? " WHERE " : " AND ") + column + " = $" +
                         std::to_string(values.size());
        }
    };
    want("o.to_canonical", query.canonical);
    want("o.status", query.status);
    want("o.id", query.id);
    values.push_back(sql::to_value(limit));
    statement += " ORDER BY o.created_at DESC LIMIT $" + std::to_string(values.size());
    std::vector<LoggedMail> found;
    for (const auto& row : session.run(statement, values)) {
        found.push_back({.id = row.text(0),
                         .to = row.text(1),
                         .kind = row.text(2),
                         .subject = row.text(3),
                         .status = row.text(4),
                         .created_at = row.time(5),
                         .finished_at = row.maybe_time(6),
                         .next_try_at = row.maybe_time(8),
                         .reason = row.maybe_text(7),
                         .tries = {}});
    }
    for (auto& mail : found) {
        for (const auto& row : session.query(
                 "SELECT try_number, at, outcome, code, reply FROM mail_log WHERE mail_id = $1 "
                 "ORDER BY try_number",
                 mail.id)) {
            mail.tries.push_back({.number = static_cast<int>(row.integer(0)),
                                  .at = row.time(1),
                                  .outcome = row.text(2),
                                  .code = static_cast<int>(row.integer(3)),
                                  .reply = row.text(4)});
        }
    }
    return found;
}

std::vector<std::string> find_near_addresses(sql::Session& session, const sql::NearTexts& wanted) {
    return sql::find_near(session, {.table = "outbox", .column = "to_canonical"}, wanted);
}

std::int64_t prune_log(sql::Session& session, Timestamp before, std::int64_t limit) {
    return session.execute(
        "DELETE FROM mail_log WHERE (mail_id, try_number) IN (SELECT mail_id, try_number FROM "
        "mail_log WHERE at < $1 ORDER BY at LIMIT $2)",
        before, limit);
}

std::int64_t prune_mails(sql::Session& session, Timestamp before, std::int64_t limit) {
    return session.execute(
        "DELETE FROM outbox WHERE id IN (SELECT id FROM outbox WHERE letter_id IS NULL AND "
        "finished_at IS NOT NULL AND finished_at < $1 AND status IN ('SENT', 'SUPPRESSED') "
        "ORDER BY finished_at LIMIT $2)",
        before, limit);
}

std::optional<mail::Suppression> find_obstacle(sql::Session& session, const std::string& id,
                                               Timestamp now) {
    const auto found = find_row(session, id);
    return found ? obstacle_of(session, *found, now) : std::nullopt;
}

bool resend(sql::Session& session, const std::string& id) {
    return session.execute(
               "UPDATE outbox SET status = 'PENDING', finished_at = NULL, queued_at = NULL, "
               "in_doubt_at = NULL, last_error = NULL, expires_at = NULL "
               "WHERE id = $1 AND status IN ('SENT', 'FAILED', 'IN_DOUBT', 'SUPPRESSED') "
               "AND kind <> 'foreign'",
               id) == 1;
}

}  // namespace tripos::notices
