// SPDX-License-Identifier: MIT
#pragma once
// DkimSigner: signs messages for a domain (RFC 6376; Ed25519 by RFC 8463), relaxed/relaxed, without
// `l=`. Headers that matter are signed once more often than they occur, so that none can be added
// later. With an RSA and an Ed25519 key each message carries both signatures: receivers that do not
// know Ed25519 yet use the other.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"

namespace tripos::mail {

/// A key as it was configured.
struct DkimKey {
    std::string selector;  ///< one or more labels in front of `_domainkey`
    Secret pem;            ///< PKCS#8 or PKCS#1: Ed25519, or RSA of at least 2,048 bits
};

/// What the domain's DNS must say: a TXT record.
struct DkimRecord {
    std::string name;   ///< of the record
    std::string value;  ///< its text
};

/// Immutable; thread-safe.
class DkimSigner {
  public:
    /// An invalid_field("DKIM_KEYS", ...) for a key or a selector that cannot be used.
    static Result<std::unique_ptr<DkimSigner>> create(std::string domain,
                                                      const std::vector<DkimKey>& keys);
    ~DkimSigner();
    DkimSigner(const DkimSigner&) = delete;
    DkimSigner& operator=(const DkimSigner&) = delete;

    /// The message (CRLF line ends) with one DKIM-Signature per key in front.
    std::string sign(std::string message, Timestamp now) const;
    std::vector<DkimRecord> records() const;  ///< one per key

  private:
    struct Key;
    explicit DkimSigner(std::string domain);
    std::string domain_;
    std::vector<Key> keys_;
};

namespace detail {

/// RFC 6376, 3.4.2: one header field, its final CRLF included.
std::string relaxed_header(std::string_view field);
/// RFC 6376, 3.4.4.
std::string relaxed_body(std::string_view body);

}  // namespace detail

}  // namespace tripos::mail
