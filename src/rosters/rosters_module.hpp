// SPDX-License-Identifier: MIT
#pragma once
// RostersModule: who the candidates are, put together.

#include "module/module.hpp"
#include "rosters/cohorts_api.hpp"

namespace tripos::rosters {

class RostersModule final : public Module {
  public:
    /// `lifetime`: of cached values.
    RostersModule(const Parts& parts, const accounts::Guard& guard, accounts::SignupService& signup,
                  const accounts::Departed& departed, std::chrono::seconds lifetime)
        : guard_(guard), cohorts_(parts, signup, departed, lifetime) {}

    static std::vector<sql::Migration> migrations() { return cohort_store::migrations(); }
    void add_routes(http::Router& router) override { add_cohort_routes(router, guard_, cohorts_); }

    CohortService& cohorts() { return cohorts_; }

  private:
    const accounts::Guard& guard_;
    CohortService cohorts_;
};

}  // namespace tripos::rosters
