// SPDX-License-Identifier: MIT
#include "alerts/alerts_module.hpp"

#include "alerts/alert_store.hpp"

namespace tripos::alerts {

AlertsModule::AlertsModule(const Parts& parts, const accounts::Guard& guard,
                           std::function<void()> refresh, AlertWatchOptions options)
    : parts_(parts),
      guard_(guard),
      watch_({parts.database, parts.clock, parts.random, parts.metrics}, std::move(refresh),
             std::move(options)),
      api_(parts_, watch_) {}

std::vector<sql::Migration> AlertsModule::migrations() {
    return alert_store::migrations();
}

Task<> AlertsModule::start() {
    watch_.start();
    co_return;
}

Task<> AlertsModule::stop(std::chrono::milliseconds) {
    return watch_.stop();
}

}  // namespace tripos::alerts
