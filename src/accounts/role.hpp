// SPDX-License-Identifier: MIT
#pragma once
// Role and Capability: what members of staff may do. A route names the capability it needs, this
// table says which roles have it, and docs/roles.md shows both together. Values and pure functions.

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tripos::accounts {

/// An account may have several, or none: then it sits exams and no more. Administrators have every
/// capability.
enum class Role : std::uint8_t { author, invigilator, operator_, admin };

/// What a route of staff is for.
enum class Capability : std::uint8_t {
    questions,   ///< the bank, keys included
    drafts,      ///< exams up to their publication, and what is in them
    invigilate,  ///< time and attempts of the exams one is assigned to; administrators: of all
    operate,     ///< queues, cache, long work, the ways of mails; no keys and no answers
    publish,     ///< publish, close, assign staff
    results,     ///< everybody's results, grading anew, announcing
    mailings,    ///< notifications, newsletters, mailing lists
    accounts,    ///< everybody's accounts and roles
    audit,       ///< the trail of audit, which holds keys as well
};

std::string_view to_string(Role role);              ///< AUTHOR, INVIGILATOR, OPERATOR, ADMIN
std::string_view to_string(Capability capability);  ///< questions, drafts, ...

/// What stands for none of them.
inline constexpr std::string_view kNoRole = "USER";

/// A set of roles.
class Roles {
  public:
    Roles() = default;
    Roles(std::initializer_list<Role> roles);
    /// From their names; nothing when one is no role.
    static std::optional<Roles> read(const std::vector<std::string>& names);
    /// Every name there is.
    static std::vector<std::string_view> all_names();

    bool has(Role role) const;
    bool may(Capability capability) const;  ///< the union of what they may
    void set(Role role, bool has);

    std::vector<std::string_view> names() const;
    std::vector<std::string_view> capabilities() const;
    /// ADMIN or USER: the one role that tokens and older clients know.
    std::string_view summary() const;
    static std::vector<std::string_view> summaries();
    bool operator==(const Roles&) const = default;

  private:
    std::uint8_t bits_ = 0;
};

/// Their names, with ", " between them.
std::string role_names(const Roles& roles);
/// Those that have it.
Roles roles_with(Capability capability);

}  // namespace tripos::accounts
