// SPDX-License-Identifier: MIT
#pragma once
// SQL of the table `work`. Each function runs inside the caller's transaction.

#include <vector>

#include "sql/migrations.hpp"
#include "sql/session.hpp"
#include "work/item.hpp"

namespace tripos::work {

std::vector<sql::Migration> migrations();

/// Items that ended a month ago go.
void put(sql::Session& session, const Item& item);
std::optional<Item> find(sql::Session& session, const std::string& id);
/// What is not finished, oldest first.
std::vector<Item> list_open(sql::Session& session, std::int64_t limit);

/// The item, locked until the transaction ends; nothing when it is finished, or when another
/// process is doing a page of it.
std::optional<Item> hold(sql::Session& session, const std::string& id);
void update(sql::Session& session, const Item& item);
/// Those of that kind that were begun before and are not finished become another kind, or end where
/// that is empty; how many.
std::int64_t change_open(sql::Session& session, const std::string& kind, const std::string& other,
                         Timestamp begun_before, Timestamp now);
void set_problem(sql::Session& session, const std::string& id, const std::string& problem);

}  // namespace tripos::work
