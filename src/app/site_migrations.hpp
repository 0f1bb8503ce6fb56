// SPDX-License-Identifier: MIT
#pragma once
// Every table of a site, without a site: what a start migrates to.

#include <vector>

#include "sql/migrations.hpp"

namespace tripos::app {

/// The steps of all modules, the lower ones first.
std::vector<sql::Migration> site_migrations();

}  // namespace tripos::app
