// SPDX-License-Identifier: MIT
#include "notices/outbox.hpp"

#include <sodium.h>

#include <array>
#include <span>

#include "core/assert.hpp"
#include "core/id.hpp"
#include "core/text.hpp"
#include "mail/suppressions.hpp"
#include "notices/delivery_rows.hpp"
#include "notices/letters.hpp"
#include "telemetry/span.hpp"

namespace tripos::notices {

namespace {

constexpr std::string_view kTable = R"(
CREATE TABLE outbox (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    to_address TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    sealed INTEGER NOT NULL,
    priority INTEGER NOT NULL,
    user_id TEXT,
    status TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    queued_at BIGINT,
    finished_at BIGINT,
    attempts INTEGER NOT NULL DEFAULT 0,
    message_id TEXT,
    last_error TEXT
);
CREATE INDEX outbox_pending ON outbox (priority DESC, created_at, id) WHERE status = 'PENDING';
CREATE INDEX outbox_queued ON outbox (queued_at, id) WHERE status = 'QUEUED'
)";

constexpr std::string_view kUserIndex =
    "CREATE INDEX outbox_by_user ON outbox (user_id, created_at)";

/// Where in a trace the mail was caused; null: nowhere that is recorded.
constexpr std::string_view kTraceColumn = "ALTER TABLE outbox ADD COLUMN traceparent TEXT";

using Nonce = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;

std::string seal_key_of(const Secret& secret) {
    if (sodium_init() < 0) {
        throw SystemError("outbox", "libsodium cannot be initialised");
    }
    const std::string input = "tripos mail seal\n" + secret.reveal();
    std::string key(crypto_aead_xchacha20poly1305_ietf_KEYBYTES, '\0');
    const int failed = crypto_generichash(reinterpret_cast<unsigned char*>(key.data()), key.size(),
                                          bytes_of(input), input.size(), nullptr, 0);
    TRIPOS_ASSERT(failed == 0);
    return key;
}

}  // namespace

mail::Urgency Priority::urgency() const {
    return value >= urgent().value ? mail::Urgency::security
           : value > bulk().value  ? mail::Urgency::notice
                                   : mail::Urgency::bulk;
}

Outbox::Outbox(Secret seal_key, bool seal, const Clock& clock, Random& random)
    : key_(seal_key_of(seal_key)), seal_(seal), clock_(clock), random_(random) {}

Outbox::~Outbox() {
    sodium_memzero(key_.data(), key_.size());
}

std::vector<sql::Migration> Outbox::migrations() {
    auto all = mail::suppression_migrations();
    all.push_back({.module = "notices", .number = 1, .statements = kTable});
    all.push_back({.module = "notices", .number = 2, .statements = kUserIndex});
    all.push_back({.module = "notices", .number = 3, .statements = kLetterTables});
    all.push_back({.module = "notices", .number = 4, .statements = kDeliveryTables});
    all.push_back({.module = "notices", .number = 5, .statements = kPruneIndex});
    all.push_back({.module = "notices", .number = 6, .statements = kTraceColumn});
    all.push_back({.module = "notices", .number = 7, .statements = kDeferral});
    return all;
}

void Outbox::queued(sql::Session& session) const {
    session.on_commit(this, nudge_);
}

std::string Outbox::put(sql::Session& session, const OutgoingMail& outgoing) const {
    TRIPOS_ASSERT(outgoing.priority.value >= 1 && outgoing.priority.value <= 10);
    const auto now = clock_.now();
    const auto id = new_id(now, random_);
    const auto address = mail::parse_address(outgoing.to);
    const auto canonical = address ? address->canonical : to_lower(outgoing.to);
    const auto obstacle = mail::find_suppression(
        session, canonical, {.urgency = outgoing.priority.urgency(), .list = {}}, now);
    const bool sealed = seal_ && outgoing.carries_secret;
    session.execute(
        "INSERT INTO outbox (id, kind, to_address, to_canonical, subject, body, sealed, priority, "
        "user_id, status, last_error, created_at, finished_at, expires_at, traceparent) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, NULLIF($15, ''))",
        id, outgoing.kind, outgoing.to, canonical, outgoing.subject,
        sealed ? seal(id, outgoing.html) : outgoing.html, sealed, outgoing.priority.value,
        outgoing.user_id, obstacle ? "SUPPRESSED" : "PENDING",
        obstacle ? std::optional(mail::describe(*obstacle)) : std::nullopt, now,
        obstacle ? std::optional(now) : std::nullopt,
        outgoing.valid_for ? std::optional(now + *outgoing.valid_for) : std::nullopt,
        trace::traceparent_here());
    queued(session);
    return id;
}

std::string Outbox::seal(std::string_view id, std::string_view html) const {
    Nonce nonce{};
    random_.fill(nonce);
    std::vector<std::uint8_t> out(nonce.begin(), nonce.end());
    out.resize(nonce.size() + html.size() + kTagSize);
    unsigned long long written = 0;
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + nonce.size(), &written, bytes_of(html),
                                               html.size(), bytes_of(id), id.size(), nullptr,
                                               nonce.data(), bytes_of(key_));
    return base64_encode(out);
}

std::optional<std::string> Outbox::unseal(std::string_view id, std::string_view sealed) const {
    const auto bytes = base64_decode(sealed);
    if (!bytes || bytes->size() < sizeof(Nonce) + kTagSize) {
        return std::nullopt;
    }
    const auto cipher = std::string_view(*bytes).substr(sizeof(Nonce));
    std::string html(cipher.size() - kTagSize, '\0');
    unsigned long long written = 0;
    const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(
        reinterpret_cast<unsigned char*>(html.data()), &written, nullptr, bytes_of(cipher),
        cipher.size(), bytes_of(id), id.size(), bytes_of(*bytes), bytes_of(key_));
    if (failed != 0) {
        return std::nullopt;
    }
    return html;
}

}  // namespace tripos::notices
