// SPDX-License-Identifier: MIT
#include "accounts/departed.hpp"

#include <algorithm>

#include "accounts/digest.hpp"
#include "accounts/enrolments.hpp"
#include "core/text.hpp"

namespace tripos::accounts {

namespace {

void insert(sql::Session& session, const std::string& digest, const std::string& user_id) {
    session.execute(
        "INSERT INTO departed_accounts (digest, user_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
        digest, user_id);
}

}  // namespace

void Departed::remember(sql::Session& session, const std::string& user_id) const {
    for (const auto& digest : digests_of(session, user_id)) {
        insert(session, digest, user_id);
    }
}

void Departed::remember_number(sql::Session& session, const std::string& number,
                               const std::string& user_id) const {
    insert(session, person_digest(key_, "enrolment", enrolment_key(number)), user_id);
}

std::vector<std::string> Departed::former_accounts(sql::Session& session,
                                                   const std::string& user_id) const {
    std::vector<std::string> ids;
    for (const auto& digest : digests_of(session, user_id)) {
        for (auto& id : session.query_texts(
                 "SELECT user_id FROM departed_accounts WHERE digest = $1", digest)) {
            if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
                ids.push_back(std::move(id));
            }
        }
    }
    return ids;
}

std::vector<std::string> Departed::digests_of(sql::Session& session,
                                              const std::string& user_id) const {
    const auto row = session.query_one(
        "SELECT u.email_canonical, COALESCE(e.number, p.enrollment_number) FROM users u "
        "LEFT JOIN profiles p ON p.user_id = u.id LEFT JOIN enrolments e ON e.user_id = u.id WHERE "
        "u.id = $1 AND u.deleted_at IS NULL",
        user_id);
    std::vector<std::string> digests;
    if (row) {
        digests.push_back(person_digest(key_, "email", row->text(0)));
    }
    if (row && !row->is_null(1)) {
        const auto number = row->text(1);
        digests.push_back(person_digest(key_, "enrolment", enrolment_key(number)));
        // As numbers were digested before they had a key.
        digests.push_back(person_digest(key_, "enrolment", to_lower(number)));
    }
    return digests;
}

}  // namespace tripos::accounts
