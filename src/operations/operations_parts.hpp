// SPDX-License-Identifier: MIT
#pragma once
// OperationsParts: what every route of this module works with. References only; the owner (app)
// keeps all alive.

#include "accounts/accounts_module.hpp"
#include "attempts/attempts_module.hpp"
#include "core/site_clock.hpp"
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
};

}  // namespace tripos::operations
