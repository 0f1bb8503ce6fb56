// SPDX-License-Identifier: MIT
#pragma once
// OperationsParts: what every route of this module works with. References only; the owner (app)
// keeps all alive.

#include <functional>
#include <stop_token>

#include "accounts/accounts_module.hpp"
#include "attempts/attempts_module.hpp"
#include "core/site_clock.hpp"
#include "doctor/evidence.hpp"
#include "mail/transport.hpp"
#include "module/parts.hpp"
#include "notices/mail_pipeline.hpp"
#include "redis/server_watch.hpp"
#include "results/candidate_export.hpp"

namespace tripos::operations {

/// Immutable; thread-safe.
struct OperationsParts : Parts {
    const SiteClock& site_clock;
    redis::Client& cache_redis;
    redis::Client& queue_redis;
    const redis::ServerWatch& cache_watch;
    const redis::ServerWatch& queue_watch;
    mail::Transport& transport;
    notices::MailPipeline& pipeline;
    accounts::AccountsModule& accounts;
    attempts::AttemptsModule& attempts;
    results::CandidateExport& candidate_export;
    /// Restored data that nobody has released: no mail leaves, no attempt ends.
    std::function<bool()> is_held = [] { return false; };
    /// When the last backup was made, by the machine's clock; nothing: none is known of.
    std::function<std::optional<Timestamp>()> last_backup = [] { return std::nullopt; };
    /// Looks at the machine, the database and the relay from outside; see OutsideWatch.
    std::function<doctor::Evidence(std::stop_token)> look_outside = {};
};

}  // namespace tripos::operations
