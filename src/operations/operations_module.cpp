// SPDX-License-Identifier: MIT
#include "operations/operations_module.hpp"

#include "operations/account_data_api.hpp"
#include "operations/cache_api.hpp"
#include "operations/engines_api.hpp"
#include "operations/mail_api.hpp"
#include "operations/queue_control.hpp"
#include "operations/queues_api.hpp"

namespace tripos::operations {

OperationsModule::OperationsModule(const OperationsParts& parts,
                                   std::function<std::vector<Chore>()> chores,
                                   OperationsOptions options)
    : parts_(parts),
      guard_(parts.accounts.guard()),
      mail_from_(std::move(options.mail_from)),
      developer_pages_(options.site.developer_pages),
      all_chores_(std::move(chores)),
      chores_(parts.background, parts.queue_redis, options.chores, parts.wall, parts.random,
              parts.metrics),
      health_(parts_, options.health),
      findings_(parts_, options.chores.queue_prefix, health_.instance()),
      backlog_(parts_, options.chores.queue_prefix, own_queues()),
      history_(parts_),
      audit_(parts.database),
      queue_tuning_(parts_, options.chores.queue_prefix),
      queue_admin_(parts.queue_redis, options.chores.queue_prefix, queue_tuning_, parts.wall,
                   parts.random),
      site_(options.site),
      description_(options.health.version) {}

std::vector<sql::Migration> OperationsModule::migrations() {
    return queue_tuning_store::migrations();
}

void OperationsModule::add_routes(http::Router& router) {
    health_.add_routes(router);
    site_.add_routes(router);
    if (developer_pages_) {
        description_.add_routes(router);
    }
    add_account_data_routes(router, guard_, parts_);
    add_mail_routes(router, guard_, parts_);
    findings_.add_routes(router, guard_);
    history_.add_routes(router, guard_);
    add_engine_routes(router, guard_, parts_);
    audit_.add_routes(router, guard_);
    add_queue_routes(router, guard_, queue_admin_);
    add_cache_routes(router, guard_, parts_.cache);
}

void OperationsModule::add_control_routes(http::Router& router) {
    add_queue_control_routes(router, queue_admin_, parts_);
    add_cache_control_routes(router, parts_);
    add_engine_control_routes(router, parts_);
    findings_.add_control_routes(router);
    health_.add_control_routes(router);
    add_mail_control_routes(router, parts_, mail_from_);
}

Task<> OperationsModule::start() {
    backlog_.start();
    findings_.start();
    history_.start();
    queue_tuning_.start();
    co_return;
}

Task<> OperationsModule::start_work() {
    chores_.start(all_chores_());
    co_return;
}

Task<> OperationsModule::stop(std::chrono::milliseconds grace) {
    co_await queue_tuning_.stop();
    co_await history_.stop();
    co_await findings_.stop();
    co_await backlog_.stop();
    co_await chores_.stop(grace);
}

}  // namespace tripos::operations
