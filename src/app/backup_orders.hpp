// SPDX-License-Identifier: MIT
#pragma once
// BackupOrders: the copies that are being made, each of which whoever ordered it may give up.

#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace tripos::app {

/// Thread-safe.
class BackupOrders {
  public:
    /// One of them, as long as the object lives. No two have the same folder.
    class Order {
      public:
        Order(BackupOrders& all, std::string folder) : all_(all), folder_(std::move(folder)) {
            const std::lock_guard lock(all_.mutex_);
            all_.given_up_[folder_] = false;
        }
        ~Order() {
            const std::lock_guard lock(all_.mutex_);
            all_.given_up_.erase(folder_);
        }
        Order(const Order&) = delete;
        Order& operator=(const Order&) = delete;

        bool is_given_up() const {
            const std::lock_guard lock(all_.mutex_);
            return all_.given_up_.at(folder_);
        }

      private:
        BackupOrders& all_;
        const std::string folder_;
    };

    /// Nothing happens where none is being made in that folder.
    void give_up(const std::string& folder) {
        const std::lock_guard lock(mutex_);
        const auto found = given_up_.find(folder);
        if (found != given_up_.end()) {
            found->second = true;
        }
    }

  private:
    std::mutex mutex_;
    std::map<std::string, bool> given_up_;  ///< by folder
};

}  // namespace tripos::app
