// SPDX-License-Identifier: MIT
#pragma once
// Enrolments: the people whom the institution knows, by the numbers it gave them. Staff vouch for
// who has which number (rosters/ imports them); an account is that person's when its confirmed
// address is the one that staff gave, and stays so when the address changes. A number that nobody
// vouches for is whatever its owner says, and gives way to one that is. Functions run inside the
// caller's transaction.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/departed.hpp"
#include "core/clock.hpp"
#include "mail/address.hpp"
#include "module/entity.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

struct Enrolment {
    std::string number;  ///< as staff write it
    mail::Address email;
    std::string full_name;
};

/// The form in which numbers are compared: NFKC, case folded, without blanks. It is what refers to
/// an enrolment, and names the rows of `enrolments`.
std::string enrolment_key(std::string_view number);

/// Why staff cannot vouch for it: the address, or its account, has another number.
std::optional<std::string> conflict_of(sql::Session& session, const Enrolment& enrolment);
/// Whether an account that is not this person's has the number, or claims it.
bool is_held_elsewhere(sql::Session& session, const Enrolment& enrolment);

/// Whether vouching for it would change anything.
bool is_news(sql::Session& session, const Enrolment& enrolment);

enum class Vouching { added, updated, unchanged };
struct Vouched {
    Vouching kind = Vouching::unchanged;
    std::vector<std::string> changed_users;  ///< whose profile is another now
};
/// Whoever else claims the number has no profile any more; of whom it was vouched before, the
/// attempts count as this person's. Requires: no conflict_of().
Vouched vouch(sql::Session& session, const Enrolment& enrolment, const Departed& departed,
              Timestamp now);

/// The number that staff vouch for, if there is one.
std::optional<std::string> vouched_number(sql::Session& session, const std::string& user_id);
/// Whether the number is vouched for and this account is not that person's.
bool is_of_another(sql::Session& session, const std::string& number, const std::string& user_id);
/// The account's address is confirmed: it is that person's, unless it is somebody's already or the
/// person has another.
void link_enrolment(sql::Session& session, const std::string& user_id,
                    const std::string& canonical_email, Timestamp now);
/// A deleted account is nobody's.
void unlink_enrolment(sql::Session& session, const std::string& user_id);

/// A person of a roster, and whether there is an account.
struct Enrolled {
    std::string key;
    std::string number;
    std::string email;
    std::string canonical_email;
    std::string full_name;
    std::optional<std::string> user_id;
    std::optional<Timestamp> invited_until;  ///< the end of the last invitation's link
};

inline constexpr auto kEnrolledMembers =
    entity::Table(entity::Member{"number_key", &Enrolled::key},
                  entity::Member{"number", &Enrolled::number, "enrollmentNumber"},
                  entity::Member{"email", &Enrolled::email, "email"},
                  entity::Member{"email_canonical", &Enrolled::canonical_email},
                  entity::Member{"full_name", &Enrolled::full_name, "fullName"},
                  entity::Member{"user_id", &Enrolled::user_id, "userId",
                                 [] { return http::schema::uuid().nullable(); }},
                  entity::Member{"invited_until", &Enrolled::invited_until, "invitedUntil"});

/// As the person's own data shows it.
inline constexpr auto kOwnEnrolmentMembers =
    entity::only(kEnrolledMembers, &Enrolled::number, &Enrolled::email, &Enrolled::full_name,
                 &Enrolled::invited_until);

/// As it would be stored.
Enrolled as_enrolled(sql::Session& session, const Enrolment& enrolment);
/// Those of the keys, in their order.
std::vector<Enrolled> find_enrolled(sql::Session& session, const std::vector<std::string>& keys);
/// What the rosters have of the account's person, if they are on one.
std::optional<Enrolled> find_enrolment_of(sql::Session& session, const std::string& user_id);
/// False when somebody has the account, or has an invitation that still works at `now`: then there
/// is nothing to send, also of two who would at once.
bool note_invitation(sql::Session& session, const std::string& key, Timestamp now, Timestamp until);

}  // namespace tripos::accounts
