// SPDX-License-Identifier: MIT
#include "attempts/receipt.hpp"

#include <sodium.h>

#include <array>

#include "core/assert.hpp"
#include "core/text.hpp"

namespace tripos::attempts {

namespace {

// A reopened attempt is handed in again: each has its receipt.
constexpr std::string_view kReceipts = R"(
CREATE TABLE receipt_keys (
    id BIGINT PRIMARY KEY,
    public_key TEXT NOT NULL,
    sealed_key TEXT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE TABLE hand_ins (
    attempt_id TEXT NOT NULL REFERENCES attempts (id),
    submitted_at BIGINT NOT NULL,
    order_key TEXT NOT NULL,
    payload TEXT NOT NULL,
    key_id BIGINT NOT NULL,
    signature TEXT NOT NULL
);
CREATE INDEX hand_ins_of ON hand_ins (attempt_id, submitted_at)
)";

using Nonce = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_NPUBBYTES>;
using SealKey = std::array<std::uint8_t, crypto_aead_xchacha20poly1305_ietf_KEYBYTES>;
using Seed = std::array<std::uint8_t, crypto_sign_SEEDBYTES>;
using Public = std::array<std::uint8_t, crypto_sign_PUBLICKEYBYTES>;
constexpr std::size_t kSealedBytes =
    std::tuple_size_v<Nonce> + crypto_sign_SEEDBYTES + crypto_aead_xchacha20poly1305_ietf_ABYTES;

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

SealKey seal_key_of(const Secret& secret) {
    const std::string input = "tripos receipt key\n" + secret.reveal();
    SealKey key{};
    crypto_generichash(key.data(), key.size(), bytes_of(input), input.size(), nullptr, 0);
    return key;
}

std::string seal(const Seed& seed, const SealKey& key, Random& random) {
    Nonce nonce{};
    random.fill(nonce);
    std::array<std::uint8_t, kSealedBytes> out{};
    std::copy(nonce.begin(), nonce.end(), out.begin());
    crypto_aead_xchacha20poly1305_ietf_encrypt(out.data() + nonce.size(), nullptr, seed.data(),
                                               seed.size(), nullptr, 0, nullptr, nonce.data(),
                                               key.data());
    return base64_encode(out);
}

/// Nothing when it was sealed under another key.
std::optional<Seed> unseal(std::string_view text, const SealKey& key) {
    const auto sealed = base64_decode(text);
    if (!sealed || sealed->size() != kSealedBytes) {
        return std::nullopt;
    }
    Seed seed{};
    const auto* const nonce = bytes_of(*sealed);
    const bool is_ours =
        crypto_aead_xchacha20poly1305_ietf_decrypt(
            seed.data(), nullptr, nullptr, nonce + std::tuple_size_v<Nonce>,
            kSealedBytes - std::tuple_size_v<Nonce>, nullptr, 0, nonce, key.data()) == 0;
    return is_ours ? std::optional(seed) : std::nullopt;
}

}  // namespace

std::string receipt_payload(const Attempt& attempt, const std::vector<AnswerVersion>& answers) {
    http::JsonWriter json;
    json.begin_object()
        .member("attemptId", attempt.id)
        .member("examId", attempt.exam_id)
        .member("userId", attempt.user_id)
        .member("startedAt", attempt.started_at)
        .member("deadline", attempt.deadline_at)
        .member("submittedAt", attempt.submitted_at)
        .name("answers")
        .begin_array();
    for (const auto& version : answers) {
        json.begin_object().member("questionId", version.answer.question_id);
        write_version(json, version);
        json.end_object();
    }
    return json.end_array().end_object().take();
}

struct ReceiptKeys::SigningKey {
    std::int64_t id = 0;
    Seed seed{};
};

ReceiptKeys::ReceiptKeys(Secret seal, Random& random) : seal_(std::move(seal)), random_(random) {
    if (sodium_init() < 0) {
        throw SystemError("receipts", "libsodium cannot be initialised");
    }
}

Receipt ReceiptKeys::sign(sql::Session& session, std::string payload, Timestamp now) const {
    auto key = find(session);
    while (!key) {
        make(session, now);  // or another process has, and committed
        key = find(session);
    }
    Public public_key{};
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret_key{};
    crypto_sign_seed_keypair(public_key.data(), secret_key.data(), key->seed.data());
    std::array<std::uint8_t, crypto_sign_BYTES> signature{};
    crypto_sign_detached(signature.data(), nullptr, bytes_of(payload), payload.size(),
                         secret_key.data());
    sodium_memzero(secret_key.data(), secret_key.size());
    sodium_memzero(key->seed.data(), key->seed.size());
    return {
        .payload = std::move(payload), .key_id = key->id, .signature = base64_encode(signature)};
}

std::optional<ReceiptKeys::SigningKey> ReceiptKeys::find(sql::Session& session) const {
    const auto seal_key = seal_key_of(seal_);
    for (const auto& row :
         session.query("SELECT id, sealed_key FROM receipt_keys ORDER BY id DESC")) {
        if (const auto seed = unseal(row.text(1), seal_key)) {
            return SigningKey{.id = row.integer(0), .seed = *seed};
        }
    }
    return std::nullopt;
}

bool ReceiptKeys::make(sql::Session& session, Timestamp now) const {
    Seed seed{};
    random_.fill(seed);
    Public public_key{};
    std::array<std::uint8_t, crypto_sign_SECRETKEYBYTES> secret_key{};
    crypto_sign_seed_keypair(public_key.data(), secret_key.data(), seed.data());
    sodium_memzero(secret_key.data(), secret_key.size());
    return session.execute(
               "INSERT INTO receipt_keys (id, public_key, sealed_key, created_at) "
               "SELECT COALESCE(MAX(id), 0) + 1, CAST($1 AS TEXT), CAST($2 AS TEXT), "
               "CAST($3 AS BIGINT) FROM receipt_keys WHERE 1 = 1 ON CONFLICT DO NOTHING",
               base64_encode(public_key), seal(seed, seal_key_of(seal_), random_), now) > 0;
}

namespace receipt_store {

sql::Migration migration() {
    return {.module = "attempts", .number = 10, .statements = kReceipts};
}

bool is_genuine(sql::Session& session, const Receipt& receipt) {
    const auto row =
        session.query_one("SELECT public_key FROM receipt_keys WHERE id = $1", receipt.key_id);
    const auto signature = base64_decode(receipt.signature);
    if (!row || !signature || signature->size() != crypto_sign_BYTES) {
        return false;
    }
    const auto key = base64_decode(row->text(0));
    TRIPOS_ASSERT(key && key->size() == crypto_sign_PUBLICKEYBYTES);
    return crypto_sign_verify_detached(bytes_of(*signature), bytes_of(receipt.payload),
                                       receipt.payload.size(), bytes_of(*key)) == 0;
}

void put(sql::Session& session, const Attempt& attempt, const std::string& order_key,
         const Receipt& receipt) {
    static const auto statement =
        entity::insert_into("hand_ins", entity::column_names(kReceiptMembers),
                            {"attempt_id", "submitted_at", "order_key"});
    session.run(statement, entity::values(receipt, kReceiptMembers, attempt.id,
                                          attempt.submitted_at, order_key));
}

std::optional<HandIn> find(sql::Session& session, const std::string& exam_id,
                           const std::string& user_id, const std::string& order_key) {
    static const auto statement =
        "SELECT " + join(entity::column_names(kReceiptMembers), ", ") +
        ", attempt_id FROM hand_ins WHERE order_key = $3 AND attempt_id IN (SELECT id FROM "
        "attempts WHERE "
        "user_id = $1 AND exam_id = $2) ORDER BY submitted_at LIMIT 1";
    const auto row = session.query_one(statement, user_id, exam_id, order_key);
    if (!row) {
        return std::nullopt;
    }
    return HandIn{.attempt_id = row->text(kReceiptMembers.kSize),
                  .receipt = entity::read<Receipt>(*row, kReceiptMembers)};
}

std::optional<Receipt> find_of(sql::Session& session, const Attempt& attempt) {
    static const auto statement =
        "SELECT " + join(entity::column_names(kReceiptMembers), ", ") +
        " FROM hand_ins WHERE attempt_id = $1 AND submitted_at = $2 LIMIT 1";
    const auto row = session.query_one(statement, attempt.id, attempt.submitted_at);
    return row ? std::optional(entity::read<Receipt>(*row, kReceiptMembers)) : std::nullopt;
}

}  // namespace receipt_store

}  // namespace tripos::attempts
