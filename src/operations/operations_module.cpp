// SPDX-License-Identifier: MIT
#include "operations/operations_module.hpp"

namespace tripos::operations {

OperationsModule::OperationsModule(const OperationsParts& parts, std::vector<Chore> chores,
                                   OperationsOptions options)
    : guard_(parts.accounts.guard()),
      chores_(parts.background, parts.queue_redis, std::move(chores), options.chores, parts.clock,
              parts.random, parts.metrics),
      account_data_({.database = parts.database,
                     .accounts = parts.accounts.own_data(),
                     .exams = parts.candidate_export},
                    parts.clock),
      health_({.database = parts.database,
               .cache_redis = parts.cache_redis,
               .queue_redis = parts.queue_redis,
               .cache_watch = parts.cache_watch,
               .queue_watch = parts.queue_watch,
               .mail = parts.transport},
              options.health, parts.clock, parts.metrics),
      notifications_(parts.database, parts.outbox, parts.pipeline, parts.runner, parts.clock,
                     parts.random),
      mail_({.database = parts.database,
             .transport = parts.transport,
             .pipeline = parts.pipeline,
             .clock = parts.clock,
             .random = parts.random},
            std::move(options.mail_from)),
      queue_admin_(parts.queue_redis, options.chores.queue_prefix, parts.clock, parts.random),
      queues_(queue_admin_),
      queue_control_(queue_admin_),
      cache_(parts.cache),
      cache_control_(parts.cache, parts.attempts),
      description_(options.health.version) {}

std::vector<sql::Migration> OperationsModule::migrations() const {
    return NotificationsApi::migrations();
}

void OperationsModule::add_routes(http::Router& router) {
    health_.add_routes(router);
    pages_.add_routes(router);
    description_.add_routes(router);
    account_data_.add_routes(router, guard_);
    notifications_.add_routes(router, guard_);
    mail_.add_routes(router, guard_);
    queues_.add_routes(router, guard_);
    cache_.add_routes(router, guard_);
}

void OperationsModule::add_control_routes(http::Router& router) {
    queue_control_.add_routes(router);
    cache_control_.add_routes(router);
    mail_.add_control_routes(router);
}

Task<> OperationsModule::start() {
    chores_.start();
    co_return;
}

Task<> OperationsModule::stop(std::chrono::milliseconds grace) {
    return chores_.stop(grace);
}

}  // namespace tripos::operations
