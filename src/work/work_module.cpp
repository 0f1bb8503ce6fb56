// SPDX-License-Identifier: MIT
#include "work/work_module.hpp"

#include "work/item_store.hpp"

namespace tripos::work {

WorkModule::WorkModule(const Parts& parts, const accounts::Guard& guard)
    : guard_(guard), database_(parts.database), runner_(parts) {}

std::vector<sql::Migration> WorkModule::migrations() {
    return work::migrations();
}

void WorkModule::add_routes(http::Router& router) {
    add_work_routes(router, guard_, database_);
}

Task<> WorkModule::start_work() {
    runner_.start();
    co_return;
}

Task<> WorkModule::stop(std::chrono::milliseconds) {
    return runner_.stop();
}

}  // namespace tripos::work
