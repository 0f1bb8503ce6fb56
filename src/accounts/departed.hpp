// SPDX-License-Identifier: MIT
#pragma once
// Departed: recognises a person by an account that is theirs no more, without keeping who it was:
// one that was deleted, or one from which staff took the enrolment number. Keyed digests of the
// address and the number stay for as long as the account's attempts do, so that nobody sits an exam
// twice by changing accounts in between.

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
    /// The number that was vouched for the account is somebody else's from now on.
    void remember_number(sql::Session& session, const std::string& number,
                         const std::string& user_id) const;

    /// Ids of accounts that had this account's address or enrolment number before.
    std::vector<std::string> former_accounts(sql::Session& session,
                                             const std::string& user_id) const;

  private:
    /// None for an account that is not there.
    std::vector<std::string> digests_of(sql::Session& session, const std::string& user_id) const;

    const Secret key_;
};

}  // namespace tripos::accounts
