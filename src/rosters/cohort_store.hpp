// SPDX-License-Identifier: MIT
#pragma once
// SQL of cohorts, their members, and what exams ask at their door (tables cohorts, cohort_members,
// exam_access). A member is an enrolment, with or without an account. Each function runs inside the
// caller's transaction.

#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "rosters/exam_access.hpp"
#include "sql/migrations.hpp"
#include "sql/session.hpp"

namespace tripos::rosters::cohort_store {

std::vector<sql::Migration> migrations();

struct Cohort {
    std::string id;
    std::string name;
    Timestamp created_at{};
    std::int64_t members = 0;
};

inline constexpr auto kMembers =
    entity::Table(entity::Member{"id", &Cohort::id, "id", http::schema::uuid},
                  entity::Member{"name", &Cohort::name, "name"},
                  entity::Member{"created_at", &Cohort::created_at, "createdAt"},
                  entity::Member{"members", &Cohort::members, "members"});  // counted by the SELECT

/// False when there is one of that name, whatever its case.
bool insert(sql::Session& session, const Cohort& cohort);
void remove(sql::Session& session, const std::string& id);
std::optional<Cohort> find(sql::Session& session, const std::string& id);
/// By name.
std::vector<Cohort> list(sql::Session& session);

/// `key`: of an enrolment. False: it is a member already.
bool add_member(sql::Session& session, const std::string& cohort_id, const std::string& key);
std::int64_t remove_member(sql::Session& session, const std::string& cohort_id,
                           const std::string& key);
bool is_member(sql::Session& session, const std::string& cohort_id, const std::string& key);
/// Keys behind `after`, in their order.
std::vector<std::string> members(sql::Session& session, const std::string& cohort_id,
                                 const std::string& after, std::int64_t limit);
/// The cohorts of the account; none for an account that staff know nothing of.
std::vector<std::string> cohorts_of(sql::Session& session, const std::string& user_id);

/// What the exam asks; nothing for one that is open to everybody from everywhere.
std::optional<ExamAccess> find_access(sql::Session& session, const std::string& exam_id);
void put_access(sql::Session& session, const ExamAccess& access);
void remove_access(sql::Session& session, const std::string& exam_id);
/// Of every exam that asks something.
ExamAccessList list_access(sql::Session& session);

}  // namespace tripos::rosters::cohort_store
