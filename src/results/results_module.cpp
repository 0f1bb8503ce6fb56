// SPDX-License-Identifier: MIT
#include "results/results_module.hpp"

#include "results/result_store.hpp"

namespace tripos::results {

ResultsModule::ResultsModule(const ResultsParts& parts, const ResultsOptions& options)
    : guard_(parts.guard),
      results_(parts, parts.exams, parts.attempts, options.lifetimes),
      regrades_(parts, parts.exams, parts.attempts.finisher(), parts.outbox, parts.runner,
                options.site),
      candidate_export_(parts.database, parts.exams, parts.attempts.attempts(), results_),
      mail_api_(parts, parts.outbox, parts.runner, options.site) {}

std::vector<sql::Migration> ResultsModule::migrations() {
    return result_store::migrations();
}

void ResultsModule::add_routes(http::Router& router) {
    add_result_routes(router, guard_, results_);
    add_regrade_routes(router, guard_, regrades_);
    mail_api_.add_routes(router, guard_);
}

}  // namespace tripos::results
