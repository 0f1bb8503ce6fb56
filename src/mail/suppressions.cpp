// SPDX-License-Identifier: MIT
#include "mail/suppressions.hpp"

#include <array>
#include <utility>

#include "core/text.hpp"
#include "sql/like.hpp"

namespace tripos::mail {

namespace {

constexpr std::string_view kTable = R"(
CREATE TABLE suppressions (
    address TEXT NOT NULL,
    reason TEXT NOT NULL,
    list TEXT NOT NULL,
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (address, reason, list)
);
CREATE INDEX suppressions_newest ON suppressions (created_at, address)
)";

constexpr std::array<std::pair<SuppressionReason, std::string_view>, 4> kReasons = {{
    {SuppressionReason::hard_bounce, "hard_bounce"},
    {SuppressionReason::complaint, "complaint"},
    {SuppressionReason::unsubscribe, "unsubscribe"},
    {SuppressionReason::manual, "manual"},
}};

constexpr std::chrono::hours kBounceMemory{24 * 180};
constexpr std::chrono::hours kSecurityPause{24};

/// Columns: address, reason, list, detail, created_at.
Suppression suppression_of(const sql::Row& row) {
    return {.address = row.text(0),
            .reason = parse_suppression_reason(row.text(1)).value_or(SuppressionReason::manual),
            .list = row.text(2),
            .detail = row.text(3),
            .created_at = row.time(4)};
}

}  // namespace

std::string_view to_text(SuppressionReason reason) {
    for (const auto& [known, name] : kReasons) {
        if (known == reason) {
            return name;
        }
    }
    return {};
}

std::optional<SuppressionReason> parse_suppression_reason(std::string_view text) {
    for (const auto& [reason, name] : kReasons) {
        if (name == text) {
            return reason;
        }
    }
    return std::nullopt;
}

bool blocks(const Suppression& suppression, const MailClass& mail, Timestamp now) {
    const auto age = now - suppression.created_at;
    switch (suppression.reason) {
        case SuppressionReason::manual:
            return true;
        case SuppressionReason::hard_bounce:
            return age < (mail.urgency == Urgency::security ? kSecurityPause : kBounceMemory);
        case SuppressionReason::complaint:
            return mail.urgency == Urgency::bulk;
        case SuppressionReason::unsubscribe:
            return mail.urgency == Urgency::bulk && suppression.list == mail.list;
    }
    return false;
}

std::string describe(const Suppression& suppression) {
    std::string text = "suppressed: " + std::string(to_text(suppression.reason));
    for (const auto* more : {&suppression.list, &suppression.detail}) {
        text += more->empty() ? "" : ", " + *more;
    }
    return text;
}

std::vector<sql::Migration> suppression_migrations() {
    return {sql::Migration{.module = "suppressions", .number = 1, .statements = kTable}};
}

void suppress(sql::Session& session, const Suppression& suppression) {
    session.execute(
        "INSERT INTO suppressions (address, reason, list, detail, created_at) "
        "VALUES ($1, $2, $3, $4, $5) ON CONFLICT (address, reason, list) DO UPDATE SET "
        "detail = excluded.detail, created_at = excluded.created_at",
        suppression.address, to_text(suppression.reason), suppression.list, suppression.detail,
        suppression.created_at);
}

std::int64_t unsuppress(sql::Session& session, const std::string& address,
                        std::optional<SuppressionReason> reason) {
    return reason ? session.execute("DELETE FROM suppressions WHERE address = $1 AND reason = $2",
                                    address, to_text(*reason))
                  : session.execute(
                        "DELETE FROM suppressions WHERE address = $1 AND reason <> 'unsubscribe'",
                        address);
}

std::optional<Suppression> find_suppression(sql::Session& session, const std::string& address,
                                            const MailClass& mail, Timestamp now) {
    const auto rows = session.query(
        "SELECT address, reason, list, detail, created_at FROM suppressions WHERE address = $1 "
        "ORDER BY reason, list",
        address);
    for (const auto& row : rows) {
        auto entry = suppression_of(row);
        if (blocks(entry, mail, now)) {
            return entry;
        }
    }
    return std::nullopt;
}

SuppressionPage list_suppressions(sql::Session& session, const std::string& search,
                                  std::int64_t limit, std::int64_t offset) {
    const auto pattern = "%" + sql::like_literal(to_lower(search)) + "%";
    SuppressionPage page;
    page.total = session
                     .query_one(
                         "SELECT COUNT(*) FROM suppressions WHERE address LIKE $1 ESCAPE "
                         "'\\'",
                         pattern)
                     ->integer(0);
    const auto rows = session.query(
        "SELECT address, reason, list, detail, created_at FROM suppressions WHERE address LIKE $1 "
        "ESCAPE '\\' ORDER BY created_at DESC, address, reason, list LIMIT $2 OFFSET $3",
        pattern, limit, offset);
    for (const auto& row : rows) {
        page.entries.push_back(suppression_of(row));
    }
    return page;
}

}  // namespace tripos::mail
