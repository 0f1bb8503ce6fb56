// SPDX-License-Identifier: MIT
#pragma once
// AccountsParts: what every use case of this module works with. References only; the owner
// (AccountsModule) keeps all alive.

#include <functional>
#include <optional>

#include "accounts/accounts_options.hpp"
#include "accounts/departed.hpp"
#include "accounts/password_hasher.hpp"
#include "accounts/sessions.hpp"
#include "limits/rate_limits.hpp"
#include "module/parts.hpp"
#include "notices/outbox.hpp"

namespace tripos::accounts {

/// Why an account may not be deleted now, if it may not; inside the deleting transaction. If it
/// may, what is known of the person up there is erased with it.
using RefuseLeave =
    std::function<std::optional<Error>(sql::Session&, const std::string& user_id, Timestamp now)>;

/// What the rooms of exams say of a user.
struct ExamRules {
    RefuseLeave refuse_leave;
    SitsExam sits_exam;
};

/// Immutable; thread-safe.
struct AccountsParts : Parts {
    Sessions& sessions;
    PasswordHasher& hasher;
    limits::RateLimits& limits;
    const notices::Outbox& outbox;
    const Departed& departed;
    RefuseLeave refuse_leave;
    const AccountsOptions& options;
};

}  // namespace tripos::accounts
