// SPDX-License-Identifier: MIT
#pragma once
// BackupModule: how a running site is copied, and how one on restored data is let go.
//
//   POST /control/backup           {folder}                        -> {folder, rows, bytes}
//   POST /control/backup/stop      {folder}                        -> {}
//   POST /control/restore/inventory                                -> {rows{}, scores{}}
//   POST /control/restore/hold                                     -> {}
//   POST /control/restore/release  {mails, attempts, moreMinutes}  -> {attempts, mails, dropped}

#include <atomic>
#include <optional>

#include "app/backup_folder.hpp"
#include "app/backup_orders.hpp"
#include "app/data_folder.hpp"
#include "app/restore_hold.hpp"
#include "attempts/attempts_module.hpp"
#include "newsletters/newsletters_module.hpp"
#include "notices/mail_pipeline.hpp"
#include "work/runner.hpp"

namespace tripos::app {

/// All outlive the module.
struct BackupParts : Parts {
    const DataFolder& folder;
    Secret database_url;
    SiteSecrets secrets;
    notices::MailPipeline& pipeline;
    work::Runner& runner;
    attempts::AttemptsModule& attempts;
    newsletters::NewslettersModule& newsletters;
};

/// Thread-safe.
class BackupModule final : public Module {
  public:
    explicit BackupModule(BackupParts parts) : parts_(std::move(parts)) {}

    static std::vector<sql::Migration> migrations();
    void add_control_routes(http::Router& router) override;
    /// Of a process that stays; learns of the last backup.
    Task<> start() override;

    /// A copy that another program makes is given up: no end of it is in sight.
    void announce_stop() { is_stopping_ = true; }
    /// When the last one was made, by the machine's clock; nothing: none is known of.
    std::optional<Timestamp> last() const;

  private:
    Task<http::Reply> backup(http::Request& request);
    Task<http::Reply> verified(http::Request& request);
    Task<http::Reply> give_up(http::Request& request);
    /// A copy in `folder`, complete and on disk. `order` outlives it.
    Task<Manifest> copy_to(std::string folder, const BackupOrders::Order& order);
    Task<http::Reply> inventory(http::Request& request);
    Task<http::Reply> hold(http::Request& request);
    Task<http::Reply> release(http::Request& request);
    Task<notices::RestoredMailsReport> settle_mails(notices::RestoredMails choice, Hold hold);

    Task<> remember(Timestamp made_at);
    void note(Timestamp made_at);

    const BackupParts parts_;
    BackupOrders orders_;
    std::atomic<std::int64_t> last_ = 0;    ///< milliseconds; 0: none
    std::atomic<bool> is_serving_ = false;  ///< and not here for one command
    std::atomic<bool> is_stopping_ = false;
};

}  // namespace tripos::app
