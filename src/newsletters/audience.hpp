// SPDX-License-Identifier: MIT
#pragma once
// Audience: whom a notification or newsletter is for, how its members are found, page by page, and
// how a body says both that and what they are to read.

#include <optional>
#include <string>
#include <vector>

#include "http/json_body.hpp"
#include "http/schema.hpp"
#include "mail/address.hpp"
#include "mail/templates.hpp"
#include "sql/session.hpp"

namespace tripos::newsletters {

struct Audience {
    enum class Kind { all, role, exam, users, list };
    Kind kind = Kind::all;
    std::string value;                  ///< the role, the exam's id or the list's name
    std::vector<std::string> user_ids;  ///< for users
};

/// Reads `audience`: "all", {"role": "USER"|"ADMIN"}, {"examId": id}, {"userIds": [id, ...]} or
/// {"list": name}; problems go to `body`.
Audience read_audience(http::BodyReader& body);
/// The shape of that member, for the API description.
http::Schema audience_shape();

/// Reads `subject` and either `text` or `html`, of at most so many characters.
mail::LetterModel read_letter(http::BodyReader& body, std::size_t longest);

/// As text for a row: "all", "role:ADMIN", "users:<id>,<id>", and back.
std::string to_text(const Audience& audience);
Audience parse_audience(std::string_view text);

struct Member {
    std::optional<std::string> user_id;
    mail::Address address;
};

/// Members in the order of `key`, which is a user's id, or an address of a list. Accounts count
/// when they are enabled and, unless chosen one by one, have verified their address.
struct MemberPage {
    std::vector<Member> members;
    std::string last_key;  ///< where the next page begins; empty: there is none
};
MemberPage find_members(sql::Session& session, const Audience& audience, const std::string& after,
                        std::int64_t limit);

/// Whether there is anybody at the moment.
bool has_members(sql::Session& session, const Audience& audience);
/// For an audience that has none.
Error nobody_there();

/// How many there are at the moment.
std::int64_t count_members(sql::Session& session, const Audience& audience);

}  // namespace tripos::newsletters
