// SPDX-License-Identifier: MIT
#pragma once
// Environment: what every use case of this module works with. References only; the owner (Accounts)
// keeps all alive.

#include <functional>
#include <optional>

#include "accounts/accounts_options.hpp"
#include "accounts/departed.hpp"
#include "accounts/password_hasher.hpp"
#include "accounts/sessions.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "notices/outbox.hpp"
#include "sql/database.hpp"

namespace tripos::accounts {

/// Immutable; thread-safe.
struct Environment {
    sql::Database& database;
    Sessions& sessions;
    PasswordHasher& hasher;
    const notices::Outbox& outbox;
    std::function<void()>
        mail_queued;  ///< call after the commit of a write that put a mail into the outbox
    const Departed& departed;
    /// Why an account may not be deleted now, if it may not; inside the deleting transaction.
    std::function<std::optional<Error>(sql::Session&, const std::string& user_id, Timestamp now)>
        refuse_leave;
    const Clock& clock;
    Random& random;
    const AccountsOptions& options;
};

}  // namespace tripos::accounts
