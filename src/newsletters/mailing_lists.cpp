// SPDX-License-Identifier: MIT
#include "newsletters/mailing_lists.hpp"

#include <algorithm>

#include "core/text.hpp"
#include "newsletters/newsletter.hpp"

namespace tripos::newsletters {

const std::string_view kMailingListTables = R"(
CREATE TABLE mailing_list_members (
    list TEXT NOT NULL,
    address TEXT NOT NULL,
    to_address TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (list, address)
)
)";

namespace {
constexpr std::size_t kLongestName = 50;
}  // namespace

bool is_list_name(std::string_view name) {
    return !name.empty() && name.size() <= kLongestName && name != kDefaultList &&
           std::all_of(name.begin(), name.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
           });
}

std::string read_list_name(http::BodyReader& body, std::string_view member) {
    auto name = to_lower(body.text(member, {.max_length = kLongestName}));
    if (!name.empty() && !is_list_name(name)) {
        body.reject(member, std::string(member) +
                                " must be letters, digits, '-' and '_', and not 'newsletter'");
    }
    return name;
}

std::vector<MailingList> list_mailing_lists(sql::Session& session) {
    std::vector<MailingList> lists;
    for (const auto& row : session.query(
             "SELECT list, COUNT(*) FROM mailing_list_members GROUP BY list ORDER BY list")) {
        lists.push_back({.name = row.text(0), .members = row.integer(1)});
    }
    return lists;
}

std::int64_t add_list_members(sql::Session& session, const std::string& list,
                              std::span<const mail::Address> addresses, Timestamp now) {
    std::int64_t added = 0;
    for (const auto& address : addresses) {
        added += session.execute(
            "INSERT INTO mailing_list_members (list, address, to_address, created_at) "
            "VALUES ($1, $2, $3, $4) ON CONFLICT (list, address) DO NOTHING",
            list, address.canonical, address.text, now);
    }
    return added;
}

bool is_mailing_list(sql::Session& session, const std::string& name) {
    return session.query_one("SELECT 1 FROM mailing_list_members WHERE list = $1 LIMIT 1", name)
        .has_value();
}

Error no_such_list() {
    return not_found("There is no mailing list of this name");
}

std::int64_t remove_list_members(sql::Session& session, const std::string& list,
                                 std::span<const mail::Address> addresses) {
    std::int64_t removed = 0;
    for (const auto& address : addresses) {
        removed +=
            session.execute("DELETE FROM mailing_list_members WHERE list = $1 AND address = $2",
                            list, address.canonical);
    }
    return removed;
}

std::int64_t count_list_members(sql::Session& session, const std::string& list) {
    return session.query_one("SELECT COUNT(*) FROM mailing_list_members WHERE list = $1", list)
        ->integer(0);
}

std::vector<mail::Address> find_list_members(sql::Session& session, const std::string& list,
                                             const std::string& after, std::int64_t limit) {
    std::vector<mail::Address> found;
    for (const auto& row : session.query(
             "SELECT to_address, address FROM mailing_list_members WHERE list = $1 AND address > "
             "$2 ORDER BY address LIMIT $3",
             list, after, limit)) {
        found.push_back({.text = row.text(0), .canonical = row.text(1)});
    }
    return found;
}

}  // namespace tripos::newsletters
