// SPDX-License-Identifier: MIT
#pragma once
// What a new password must be (NIST SP 800-63B: long enough, and not one of the common ones; no
// rules of composition), and the form in which passwords are compared. Pure functions, thread-safe.

#include <cstddef>
#include <optional>
#include <string>

#include "core/secret.hpp"

namespace tripos::accounts {

struct PasswordRules {
    std::size_t min_length = 8;  ///< characters, in the form that is compared
    bool refuse_common = true;   ///< what is guessed among the first (zxcvbn: below 18 bits)
};

/// What is wrong with the password as a new one, for people; nothing: it will do. It takes up to
/// half a millisecond, so requests of strangers have it done in turn (PasswordHasher).
std::optional<std::string> problem_of(const Secret& password, const PasswordRules& rules);
/// The same of its length alone, in no time.
std::optional<std::string> length_problem_of(const Secret& password, const PasswordRules& rules);

/// The form that is hashed: NFKC, and every kind of space is a space (RFC 8265, OpaqueString).
/// Keyboards differ in both, and nobody sees it in a field of dots.
Secret comparable_form(const Secret& password);

}  // namespace tripos::accounts
