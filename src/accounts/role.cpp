// SPDX-License-Identifier: MIT
#include "accounts/role.hpp"

#include <algorithm>
#include <array>

#include "core/text.hpp"

namespace tripos::accounts {

namespace {

struct NamedRole {
    Role role;
    std::string_view name;
};

constexpr std::array kRoles{
    NamedRole{Role::author, "AUTHOR"},
    NamedRole{Role::invigilator, "INVIGILATOR"},
    NamedRole{Role::operator_, "OPERATOR"},
    NamedRole{Role::admin, "ADMIN"},
};

/// A capability and the role that has it beside administrators, who have all.
struct Grant {
    Capability capability;
    std::string_view name;
    Role role;
};

constexpr std::array kGrants{
    Grant{Capability::questions, "questions", Role::author},
    Grant{Capability::drafts, "drafts", Role::author},
    Grant{Capability::invigilate, "invigilate", Role::invigilator},
    Grant{Capability::operate, "operate", Role::operator_},
    Grant{Capability::publish, "publish", Role::admin},
    Grant{Capability::results, "results", Role::admin},
    Grant{Capability::mailings, "mailings", Role::admin},
    Grant{Capability::accounts, "accounts", Role::admin},
    Grant{Capability::audit, "audit", Role::admin},
};

const Grant& grant_of(Capability capability) {
    return *std::find_if(kGrants.begin(), kGrants.end(), [capability](const Grant& grant) {
        return grant.capability == capability;
    });
}

std::uint8_t bit(Role role) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(role));
}

}  // namespace

std::string_view to_string(Role role) {
    return std::find_if(kRoles.begin(), kRoles.end(),
                        [role](const NamedRole& one) { return one.role == role; })
        ->name;
}

std::string_view to_string(Capability capability) {
    return grant_of(capability).name;
}

Roles::Roles(std::initializer_list<Role> roles) {
    for (const auto role : roles) {
        set(role, true);
    }
}

std::optional<Roles> Roles::read(const std::vector<std::string>& names) {
    Roles roles;
    for (const auto& name : names) {
        const auto* const found =
            std::find_if(kRoles.begin(), kRoles.end(),
                         [&name](const NamedRole& one) { return one.name == name; });
        if (found == kRoles.end()) {
            return std::nullopt;
        }
        roles.set(found->role, true);
    }
    return roles;
}

std::vector<std::string_view> Roles::all_names() {
    std::vector<std::string_view> names;
    for (const auto& one : kRoles) {
        names.push_back(one.name);
    }
    return names;
}

bool Roles::has(Role role) const {
    return (bits_ & bit(role)) != 0;
}

bool Roles::may(Capability capability) const {
    return has(Role::admin) || has(grant_of(capability).role);
}

void Roles::set(Role role, bool has) {
    bits_ = static_cast<std::uint8_t>(has ? bits_ | bit(role) : bits_ & ~bit(role));
}

std::vector<std::string_view> Roles::names() const {
    std::vector<std::string_view> names;
    for (const auto& one : kRoles) {
        if (has(one.role)) {
            names.push_back(one.name);
        }
    }
    return names;
}

std::vector<std::string_view> Roles::capabilities() const {
    std::vector<std::string_view> names;
    for (const auto& grant : kGrants) {
        if (may(grant.capability)) {
            names.push_back(grant.name);
        }
    }
    return names;
}

std::string_view Roles::summary() const {
    return has(Role::admin) ? to_string(Role::admin) : kNoRole;
}

std::vector<std::string_view> Roles::summaries() {
    return {kNoRole, to_string(Role::admin)};
}

std::string role_names(const Roles& roles) {
    const auto names = roles.names();
    return join({names.begin(), names.end()}, ", ");
}

Roles roles_with(Capability capability) {
    return {grant_of(capability).role, Role::admin};
}

}  // namespace tripos::accounts
