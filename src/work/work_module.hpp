// SPDX-License-Identifier: MIT
#pragma once
// WorkModule: long work of every module, put together: its table, who does it, and how far it is.

#include "module/module.hpp"
#include "work/runner.hpp"
#include "work/work_api.hpp"

namespace tripos::work {

class WorkModule final : public Module {
  public:
    WorkModule(const Parts& parts, const accounts::Guard& guard);

    static std::vector<sql::Migration> migrations();
    void add_routes(http::Router& router) override;
    Task<> start_work() override;
    Task<> stop(std::chrono::milliseconds grace) override;

    /// For the modules that have kinds of work.
    Runner& runner() { return runner_; }

  private:
    const accounts::Guard& guard_;
    sql::Database& database_;
    Runner runner_;
};

}  // namespace tripos::work
