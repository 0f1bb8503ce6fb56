// SPDX-License-Identifier: MIT
#pragma once
// Mailing lists: named sets of addresses, with or without an account, that newsletters can go to. A
// list exists as long as it has members. The functions with a Session run inside the caller's
// transaction.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "http/json_body.hpp"
#include "mail/address.hpp"
#include "sql/session.hpp"

namespace tripos::newsletters {

extern const std::string_view kMailingListTables;

/// Letters, digits, '-' and '_', at most 50: it becomes a part of the header List-Id.
bool is_list_name(std::string_view name);
/// A required member of that form, in lower case.
std::string read_list_name(http::BodyReader& body, std::string_view member);

struct MailingList {
    std::string name;
    std::int64_t members = 0;
};
std::vector<MailingList> list_mailing_lists(sql::Session& session);

bool is_mailing_list(sql::Session& session, const std::string& name);
Error no_such_list();

/// Adds those that are not there yet; how many.
std::int64_t add_list_members(sql::Session& session, const std::string& list,
                              std::span<const mail::Address> addresses, Timestamp now);
std::int64_t remove_list_members(sql::Session& session, const std::string& list,
                                 std::span<const mail::Address> addresses);
std::int64_t count_list_members(sql::Session& session, const std::string& list);
/// By canonical address, behind `after`.
std::vector<mail::Address> find_list_members(sql::Session& session, const std::string& list,
                                             const std::string& after, std::int64_t limit);

}  // namespace tripos::newsletters
