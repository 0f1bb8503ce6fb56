// SPDX-License-Identifier: MIT
#pragma once
// The steps of a load test against the site of others: what `tripos loadtest` shares with prepare,
// verify and clean. Blocking.

#include <boost/json/object.hpp>
#include <string>

#include "app/loadtest_command.hpp"
#include "loadtest/plan.hpp"

namespace tripos::app {

/// The day that was asked for.
loadtest::PlanParams plan_of(const LoadtestArguments& arguments);
/// What POST /control/seed is asked for. `opens_in`: seconds.
boost::json::object seed_of(const loadtest::PlanParams& plan, std::int64_t opens_in);
/// Why the target is none; empty: it is one.
std::string target_refusal(const LoadtestArguments& arguments);
/// Of a file. Throws SystemError.
std::string text_of(const std::string& path);

/// These return the exit code and throw SystemError. Of the site with that `config`:
int prepare_load(const LoadtestArguments& arguments, bool as_json, const Config& config);
int clean_load(const LoadtestArguments& arguments, bool as_json, const Config& config);
/// Over the network; 2 when a promise was broken.
int verify_load(const LoadtestArguments& arguments, bool as_json);

}  // namespace tripos::app
