// SPDX-License-Identifier: MIT
#include "notices/outbox_rows.hpp"

#include "notices/outbox.hpp"

namespace tripos::notices {

namespace {
constexpr std::int64_t kFull = 4'000;
/// Deferred mails that the recipients' own servers may have to do with.
constexpr std::int64_t kDeferredAlone = 4;
}  // namespace

bool is_full(sql::Session& session) {
    // Each by the partial index of its status.
    return session
               .query_one(
                   "SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE status = 'PENDING' "
                   "LIMIT $1) AS pending) + (SELECT COUNT(*) FROM (SELECT 1 FROM outbox "
                   "WHERE status = 'QUEUED' LIMIT $1) AS queued)",
                   kFull)
               ->integer(0) >= kFull;
}

PendingMails find_pending(sql::Session& session, std::int64_t limit) {
    PendingMails found;
    const auto rows = session.query(
        "SELECT o.id, o.to_address, COALESCE(l.subject, o.subject), COALESCE(l.html, o.body), "
        "o.sealed, o.priority, o.created_at, l.list, o.kind, o.user_id, "
        "o.traceparent FROM outbox o "
        "LEFT JOIN letters l ON l.id = o.letter_id "
        "WHERE o.status = 'PENDING' ORDER BY o.priority DESC, o.created_at, o.id LIMIT $1",
        limit);
    for (const auto& row : rows) {
        found.mails.push_back(PendingMail{.id = row.text(0),
                                          .to = row.text(1),
                                          .subject = row.text(2),
                                          .body = row.text(3),
                                          .sealed = row.flag(4),
                                          .priority = static_cast<int>(row.integer(5)),
                                          .created_at = row.time(6),
                                          .list = row.maybe_text(7).value_or(""),
                                          .kind = row.text(8),
                                          .user_id = row.maybe_text(9).value_or(""),
                                          .traceparent = row.maybe_text(10).value_or("")});
    }
    const auto count = session.query_one(
        "SELECT COUNT(*) FROM (SELECT 1 FROM outbox WHERE status = 'PENDING' LIMIT 10000) AS "
        "capped");
    found.waiting = count->integer(0);
    return found;
}

void mark_queued(sql::Session& session, std::span<const std::string> ids, Timestamp now) {
    for (const auto& id : ids) {
        session.execute(
            "UPDATE outbox SET status = 'QUEUED', queued_at = $2 "
            "WHERE id = $1 AND status = 'PENDING'",
            id, now);
    }
}

void mark_needless(sql::Session& session, const std::vector<std::string>& ids, Timestamp now) {
    for (const auto& id : ids) {
        session.execute(
            "UPDATE outbox SET status = 'CANCELLED', finished_at = $2, "
            "last_error = 'an earlier one is still on its way' "
            "WHERE id = $1 AND status = 'PENDING'",
            id, now);
    }
}

std::vector<QueuedMail> find_queued(sql::Session& session, const QueuedMail& after,
                                    Timestamp queued_before, std::int64_t limit) {
    // Each by the partial index of its status.
    const auto rows = session.query(
        "SELECT id, queued_at, priority FROM ("
        "SELECT id, queued_at, priority, kind FROM outbox WHERE status = 'QUEUED' "
        "UNION ALL "
        "SELECT id, queued_at, priority, kind FROM outbox WHERE status = 'DEFERRED') AS waiting "
        "WHERE queued_at < $3 AND (queued_at > $1 OR (queued_at = $1 AND id > $2)) "
        "AND kind <> 'foreign' ORDER BY queued_at, id LIMIT $4",
        after.queued_at, after.id, queued_before, limit);
    std::vector<QueuedMail> found;
    for (const auto& row : rows) {
        found.push_back(QueuedMail{.id = row.text(0),
                                   .queued_at = row.time(1),
                                   .priority = static_cast<int>(row.integer(2))});
    }
    return found;
}

void mark_pending(sql::Session& session, const std::string& id) {
    session.execute(
        "UPDATE outbox SET status = 'PENDING', queued_at = NULL "
        "WHERE id = $1 AND status IN ('QUEUED', 'DEFERRED')",
        id);
}

std::int64_t cancel_waiting(sql::Session& session, const WaitingMails& which, Timestamp now,
                            std::int64_t limit) {
    std::int64_t done = 0;
    // Each by the partial index of its status.
    for (const auto* status : {"'PENDING'", "'QUEUED'", "'DEFERRED'"}) {
        done += session.execute(
            "UPDATE outbox SET status = 'CANCELLED', finished_at = $3, "
            "last_error = 'cancelled after a restore' WHERE id IN (SELECT id FROM outbox "
            "WHERE status = " +
                std::string(status) + " AND created_at <= $1 AND priority < $2 LIMIT $4)",
            which.before, std::int64_t{which.below}, now, limit - done);
    }
    return done;
}

std::int64_t make_pending(sql::Session& session, std::int64_t limit) {
    std::int64_t done = 0;
    for (const auto* status : {"'QUEUED'", "'DEFERRED'"}) {
        done += session.execute(
            "UPDATE outbox SET status = 'PENDING', queued_at = NULL WHERE id IN (SELECT id FROM "
            "outbox WHERE status = " +
                std::string(status) + " AND kind <> 'foreign' LIMIT $1)",
            limit - done);
    }
    return done;
}

std::vector<SealedMail> find_sealed(sql::Session& session, std::int64_t limit) {
    std::vector<SealedMail> found;
    // Each by the partial index of its status.
    for (const auto* status : {"'PENDING'", "'QUEUED'", "'DEFERRED'"}) {
        const auto rows =
            session.query("SELECT id, body FROM outbox WHERE status = " + std::string(status) +
                              " AND sealed = 1 LIMIT $1",
                          limit);
        for (const auto& row : rows) {
            found.push_back(SealedMail{.id = row.text(0), .body = row.text(1)});
        }
    }
    return found;
}

std::optional<Timestamp> oldest_pending(sql::Session& session) {
    return session
        .query_one("SELECT MIN(created_at) FROM outbox WHERE status = 'PENDING' AND priority > $1",
                   std::int64_t{Priority::bulk().value})
        ->maybe_time(0);
}

std::optional<Timestamp> oldest_urgent(sql::Session& session) {
    std::optional<Timestamp> oldest;
    // Each by the partial index of its status.
    for (const auto& [status, spared] :
         {std::pair("'PENDING'", 0), {"'QUEUED'", 0}, {"'DEFERRED'", kDeferredAlone}}) {
        const auto row = session.query_one(
            "SELECT created_at FROM outbox WHERE status = " + std::string(status) +
                " AND priority >= $1 ORDER BY created_at LIMIT 1 OFFSET $2",
            std::int64_t{Priority::urgent().value}, std::int64_t{spared});
        const auto found = row ? row->maybe_time(0) : std::nullopt;
        oldest = !oldest || (found && *found < *oldest) ? found : oldest;
    }
    return oldest;
}

std::int64_t count_in_doubt(sql::Session& session, Timestamp since) {
    return session
        .query_one("SELECT COUNT(*) FROM outbox WHERE status = 'IN_DOUBT' AND finished_at >= $1",
                   since)
        ->integer(0);
}

std::optional<OutboxState> find_state(sql::Session& session, const std::string& id) {
    const auto row = session.query_one(
        "SELECT status, attempts, last_error, priority FROM outbox WHERE id = $1", id);
    if (!row) {
        return std::nullopt;
    }
    return OutboxState{.priority = static_cast<int>(row->integer(3)),
                       .status = row->text(0),
                       .attempts = static_cast<int>(row->integer(1)),
                       .last_error = row->maybe_text(2)};
}

std::vector<UserMail> list_of_user(sql::Session& session, const std::string& user_id,
                                   std::int64_t limit) {
    std::vector<UserMail> found;
    const auto rows = session.query(
        "SELECT kind, subject, status, created_at, finished_at FROM outbox WHERE user_id = $1 "
        "ORDER BY created_at DESC, id DESC LIMIT $2",
        user_id, limit);
    for (const auto& row : rows) {
        found.push_back(UserMail{.kind = row.text(0),
                                 .subject = row.text(1),
                                 .status = row.text(2),
                                 .created_at = row.time(3),
                                 .finished_at = row.maybe_time(4)});
    }
    return found;
}

}  // namespace tripos::notices
