// SPDX-License-Identifier: MIT
#pragma once
// Candidate: what other modules may know of an account, and how they find it. Functions run inside
// the caller's transaction.

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "mail/address.hpp"
#include "module/entity.hpp"
#include "sql/near_texts.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

struct Candidate {
    std::string id;
    std::string full_name;
    std::string email;
    std::optional<std::string> enrollment_number;  ///< nothing: no profile yet
    std::optional<std::string> department;
    std::optional<std::string> year;
    bool on_leaderboard = true;          ///< false: opted out
    std::chrono::minutes extra_time{0};  ///< added to the duration of every attempt
};

/// As results show one; the columns, of find_candidates(). What is empty is an account whose row is
/// gone.
inline constexpr auto kCandidateMembers = entity::Table(
    entity::Member{"u.id", &Candidate::id, "id", http::schema::uuid},
    entity::Member{"u.full_name", &Candidate::full_name, "name", nullptr, entity::Empty::null},
    entity::Member{"u.email", &Candidate::email, "email", nullptr, entity::Empty::null},
    entity::Member{"COALESCE(e.number, p.enrollment_number)", &Candidate::enrollment_number,
                   "enrollmentNumber"},
    entity::Member{"p.department", &Candidate::department, "department"},
    entity::Member{"p.year", &Candidate::year},
    entity::Member{"u.on_leaderboard", &Candidate::on_leaderboard},
    entity::Member{"u.extra_minutes", &Candidate::extra_time});

/// What `text` is looked for in: `condition` says that the account whose id a column holds has it
/// in its name, its address or its number, with the patterns as parameters from $`first` on, in
/// that order.
struct NameSearch {
    explicit NameSearch(std::string_view text);

    static std::string condition(const std::string& column, int first);

    std::string name;
    std::string address;
    std::string number;
};

/// Carried by every cached value that depends on the account.
inline std::string user_tag(const std::string& user_id) {
    return "user:" + user_id;
}

using Candidates = std::unordered_map<std::string, Candidate>;  ///< by id

/// Of deleted accounts what is left of them, which names nobody.
Candidates find_candidates(sql::Session& session, const std::vector<std::string>& ids);

/// The candidate's extra minutes; nothing when there is no such account. The account cannot be
/// deleted before the transaction ends.
std::optional<std::chrono::minutes> hold_candidate(sql::Session& session,
                                                   const std::string& user_id);

/// Ids of accounts that have extra minutes.
std::vector<std::string> with_extra_time(sql::Session& session, std::int64_t limit);

/// Whom a mail can be sent to: an account that is enabled.
struct Addressee {
    std::string id;
    std::string full_name;
    mail::Address address;
};

/// A page of those whose address is verified, in the order of their ids. `role`: only such.
std::vector<Addressee> list_addressees(sql::Session& session,
                                       const std::optional<std::string>& role,
                                       const std::string& after, std::int64_t limit);

std::int64_t count_addressees(sql::Session& session, const std::optional<std::string>& role);

enum class Addresses { verified, any };
/// Those of the given ids, in the order of their ids.
std::vector<Addressee> find_addressees(sql::Session& session, const std::vector<std::string>& ids,
                                       Addresses which);

/// Canonical addresses of accounts that are like the one wanted.
std::vector<std::string> find_near_addresses(sql::Session& session, const sql::NearTexts& wanted);

}  // namespace tripos::accounts
