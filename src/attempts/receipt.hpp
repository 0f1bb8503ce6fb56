// SPDX-License-Identifier: MIT
#pragma once
// Receipt: what a candidate is given for handing in - a text that names the attempt, its answers
// and times, and the site's signature of it (Ed25519), so that neither side can say later that it
// was otherwise (tables receipt_keys, hand_ins). The signing key is made by the site and stands in
// SQL, sealed under a secret of the settings; with another secret there is another key, and what
// was signed before can be verified as before. Functions run inside the caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "attempts/attempt.hpp"
#include "core/random.hpp"
#include "core/secret.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::attempts {

struct Receipt {
    std::string payload;  ///< JSON, byte for byte what is signed
    std::int64_t key_id = 0;
    std::string signature;  ///< base64
};

inline constexpr auto kReceiptMembers =
    entity::Table(entity::Member{"payload", &Receipt::payload, "payload"},
                  entity::Member{"key_id", &Receipt::key_id, "keyId"},
                  entity::Member{"signature", &Receipt::signature, "signature"});

/// An attempt that has ended, and what its candidate has of it.
struct HandIn {
    std::string attempt_id;
    Receipt receipt;
};

/// The payload for an attempt that has ended with these answers. Pure.
std::string receipt_payload(const Attempt& attempt, const std::vector<AnswerVersion>& answers);

/// Immutable; thread-safe. `random` outlives it.
class ReceiptKeys {
  public:
    /// `seal`: from which the key that seals the signing key is derived.
    ReceiptKeys(Secret seal, Random& random);

    /// Makes a signing key when there is none that this process can use.
    Receipt sign(sql::Session& session, std::string payload, Timestamp now) const;

  private:
    struct SigningKey;
    std::optional<SigningKey> find(sql::Session& session) const;
    bool make(sql::Session& session, Timestamp now) const;

    const Secret seal_;
    Random& random_;
};

namespace receipt_store {

sql::Migration migration();

/// Whether this site has signed it.
bool is_genuine(sql::Session& session, const Receipt& receipt);

/// What handing in was answered with. `order_key`: the Idempotency-Key; may be empty.
void put(sql::Session& session, const Attempt& attempt, const std::string& order_key,
         const Receipt& receipt);
/// Of the candidate's attempts, void ones included: a late repeat ends none that was begun since.
/// Requires: the key is not empty.
std::optional<HandIn> find(sql::Session& session, const std::string& exam_id,
                           const std::string& user_id, const std::string& order_key);
/// What was signed when this attempt ended, not of an end before it was opened again.
std::optional<Receipt> find_of(sql::Session& session, const Attempt& attempt);

}  // namespace receipt_store

}  // namespace tripos::attempts
