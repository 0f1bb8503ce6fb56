// SPDX-License-Identifier: MIT
#pragma once
// ClockModule: lets site time follow its reference - the machine's wall clock with SQLite, the
// server's with PostgreSQL, so that all processes have one - and keeps it in the database: a
// restart after a jump changes nothing, and each process knows of a jump that another one found.
//
//   POST /control/clock         {accept?} -> {siteTime, heldBackMillis}

#include "async/task_group.hpp"
#include "core/site_clock.hpp"
#include "module/module.hpp"
#include "module/parts.hpp"

namespace tripos::app {

/// Confined to the background context, except the constructor.
class ClockModule final : public Module {
  public:
    /// All outlive it.
    ClockModule(const Parts& parts, SiteClock& clock);

    static std::vector<sql::Migration> migrations();
    void add_control_routes(http::Router& router) override;
    /// Looks each second.
    Task<> start() override;
    Task<> stop(std::chrono::milliseconds grace) override;

    /// From the first call on the clock shows site time.
    Task<> look();

  private:
    struct Look;

    Task<> keep_on();
    Task<Look> read() const;
    Task<> keep();
    Task<> hold_back(const Look& look, std::chrono::milliseconds held_back);
    Task<> accept();
    Task<http::Reply> answer(http::Request& request);

    const Parts parts_;
    SiteClock& clock_;
    Gauge& held_back_;
    Gauge& offset_;
    std::chrono::nanoseconds keep_after_{};  ///< since boot
    TaskGroup tasks_;
};

}  // namespace tripos::app
