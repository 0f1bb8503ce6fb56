// SPDX-License-Identifier: MIT
#include "notices/letters.hpp"

#include "mail/suppressions.hpp"
#include "notices/outbox.hpp"

namespace tripos::notices {

const std::string_view kLetterTables = R"(
CREATE TABLE letters (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    html TEXT NOT NULL,
    list TEXT NOT NULL,
    state TEXT NOT NULL
);
ALTER TABLE outbox ADD COLUMN letter_id TEXT REFERENCES letters (id);
ALTER TABLE outbox ADD COLUMN to_canonical TEXT;
CREATE UNIQUE INDEX outbox_letter_recipient ON outbox (letter_id, to_canonical) WHERE letter_id IS NOT NULL;
CREATE INDEX outbox_letter_status ON outbox (letter_id, status, id) WHERE letter_id IS NOT NULL
)";

namespace {

std::string_view column_of(LetterState state) {
    switch (state) {
        case LetterState::open:
            return "OPEN";
        case LetterState::held:
            return "HELD";
        case LetterState::cancelled:
            break;
    }
    return "CANCELLED";
}

}  // namespace

std::optional<LetterText> find_letter(sql::Session& session, const std::string& id) {
    const auto row = session.query_one("SELECT subject, html FROM letters WHERE id = $1", id);
    return row ? std::optional(LetterText{.subject = row->text(0), .html = row->text(1)})
               : std::nullopt;
}

bool put_letter(sql::Session& session, const Letter& letter) {
    return session.execute(
               "INSERT INTO letters (id, kind, subject, html, list, state) "
               "VALUES ($1, $2, $3, $4, $5, 'HELD') ON CONFLICT (id) DO NOTHING",
               letter.id, letter.kind, letter.subject, letter.html, letter.list) > 0;
}

void set_letter_state(sql::Session& session, const std::string& id, LetterState state) {
    session.execute("UPDATE letters SET state = $2 WHERE id = $1", id, column_of(state));
}

std::int64_t plan_mails(sql::Session& session, const Letter& letter,
                        const std::vector<LetterRecipient>& recipients, Timestamp now) {
    const mail::MailClass mail_class{.urgency = mail::Urgency::bulk, .list = letter.list};
    std::int64_t added = 0;
    for (const auto& recipient : recipients) {
        const auto obstacle =
            mail::find_suppression(session, recipient.to.canonical, mail_class, now);
        added += session.execute(
            "INSERT INTO outbox (id, kind, to_address, to_canonical, subject, body, sealed, "
            "priority, user_id, letter_id, status, last_error, created_at, finished_at) "
            "VALUES ($1, $2, $3, $4, '', '', 0, $5, $6, $7, $8, $9, $10, $11) "
            "ON CONFLICT (letter_id, to_canonical) WHERE letter_id IS NOT NULL DO NOTHING",
            recipient.mail_id, letter.kind, recipient.to.text, recipient.to.canonical,
            Priority::bulk().value, recipient.user_id, letter.id,
            obstacle ? "SUPPRESSED" : "PLANNED",
            obstacle ? std::optional(mail::describe(*obstacle)) : std::nullopt, now,
            obstacle ? std::optional(now) : std::nullopt);
    }
    return added;
}

std::int64_t release_mails(sql::Session& session, const std::string& letter_id, std::int64_t limit,
                           Timestamp held_before) {
    return session.execute(
        "UPDATE outbox SET status = 'PENDING' WHERE id IN (SELECT id FROM outbox "
        "WHERE letter_id = $1 AND status = 'PLANNED' AND COALESCE(queued_at, 0) < $3 "
        "ORDER BY id LIMIT $2)",
        letter_id, limit, held_before);
}

std::int64_t cancel_mails(sql::Session& session, const std::string& letter_id, std::int64_t limit) {
    return session.execute(
        "UPDATE outbox SET status = 'CANCELLED' WHERE id IN (SELECT id FROM outbox "
        "WHERE letter_id = $1 AND status IN ('PLANNED', 'PENDING', 'DEFERRED') LIMIT $2)",
        letter_id, limit);
}

Outstanding count_outstanding(sql::Session& session) {
    // Three counts, each by the partial index of its status.
    const auto row = session.query_one(
        "SELECT (SELECT COUNT(*) FROM outbox WHERE status = 'PENDING' AND letter_id IS NOT NULL) + "
        "(SELECT COUNT(*) FROM outbox WHERE status = 'QUEUED' AND letter_id IS NOT NULL), "
        "(SELECT COUNT(*) FROM outbox WHERE status = 'DEFERRED' AND letter_id IS NOT NULL)");
    return {.under_way = row->integer(0), .deferred = row->integer(1)};
}

std::map<std::string, std::int64_t> count_by_status(sql::Session& session,
                                                    const std::string& letter_id) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& row :
         session.query("SELECT status, COUNT(*) FROM outbox WHERE letter_id = $1 GROUP BY status",
                       letter_id)) {
        counts[row.text(0)] = row.integer(1);
    }
    return counts;
}

std::vector<LetterMail> list_mails(sql::Session& session, const std::string& letter_id,
                                   const std::string& status, std::int64_t limit,
                                   std::int64_t offset) {
    const auto rows =
        status.empty()
            ? session.query(
                  "SELECT id, to_address, user_id, status, attempts, last_error, finished_at FROM "
                  "outbox WHERE letter_id = $1 ORDER BY status, id LIMIT $2 OFFSET $3",
                  letter_id, limit, offset)
            : session.query(
                  "SELECT id, to_address, user_id, status, attempts, last_error, finished_at FROM "
                  "outbox WHERE letter_id = $1 AND status = $2 ORDER BY id LIMIT $3 OFFSET $4",
                  letter_id, status, limit, offset);
    std::vector<LetterMail> found;
    for (const auto& row : rows) {
        found.push_back({.id = row.text(0),
                         .to = row.text(1),
                         .user_id = row.maybe_text(2),
                         .status = row.text(3),
                         .attempts = static_cast<int>(row.integer(4)),
                         .reason = row.maybe_text(5),
                         .finished_at = row.maybe_time(6)});
    }
    return found;
}

std::optional<Subscription> find_subscription(sql::Session& session, const std::string& mail_id) {
    const auto row = session.query_one(
        "SELECT o.to_canonical, l.list FROM outbox o JOIN letters l ON l.id = o.letter_id "
        "WHERE o.id = $1",
        mail_id);
    if (!row) {
        return std::nullopt;
    }
    return Subscription{.address = row->text(0), .list = row->text(1)};
}

}  // namespace tripos::notices
