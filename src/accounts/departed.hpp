// SPDX-License-Identifier: MIT
#pragma once
// Departed: recognises a person whose account was deleted, without keeping who it was. Keyed
// digests of the address and the enrolment number outlive the account for as long as its attempts
// do, so that nobody sits an exam twice by deleting an account in between.

#include <string>
#include <vector>

#include "core/secret.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

/// Immutable; thread-safe. Functions run inside the caller's transaction.
class Departed {
  public:
    explicit Departed(Secret key) : key_(std::move(key)) {}

    /// To be called before the account loses its name.
    void remember(sql::Session& session, const std::string& user_id) const;

    /// Ids of deleted accounts that had this account's address or enrolment number.
    std::vector<std::string> former_accounts(sql::Session& session,
                                             const std::string& user_id) const;

  private:
    /// None for an account that is not there.
    std::vector<std::string> digests_of(sql::Session& session, const std::string& user_id) const;

    const Secret key_;
};

}  // namespace tripos::accounts
