// SPDX-License-Identifier: MIT
#pragma once
// What staff should know before they publish an exam. None of it keeps them from it. Inside the
// caller's transaction, which reads only; bounded by kMostChecked people and exams.

#include <string>
#include <vector>

#include "exams/exam.hpp"
#include "sql/session.hpp"

namespace tripos::exams {

struct PublishWarning {
    std::string code;
    std::string message;
    std::vector<std::string> user_ids;  ///< whom it concerns; empty: everybody, or nobody
    std::vector<std::string> exam_ids;  ///< the other exams it is about
};

inline constexpr auto kWarningMembers =
    entity::Table(entity::Member{nullptr, &PublishWarning::code, "code"},
                  entity::Member{nullptr, &PublishWarning::message, "message"},
                  entity::Member{nullptr, &PublishWarning::user_ids, "userIds",
                                 [] { return http::schema::list_of(http::schema::uuid()); }},
                  entity::Member{nullptr, &PublishWarning::exam_ids, "examIds",
                                 [] { return http::schema::list_of(http::schema::uuid()); }});

inline constexpr std::int64_t kMostChecked = 1000;

/// `exam`: as stored.
std::vector<PublishWarning> publish_warnings(sql::Session& session, const Exam& exam,
                                             Timestamp now);

}  // namespace tripos::exams
