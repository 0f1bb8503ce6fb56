// SPDX-License-Identifier: MIT
#pragma once
// ProfileService: a user's own data, cached as the bytes that go out (`user:<id>:profile`).

#include <optional>
#include <string>

#include "accounts/accounts_parts.hpp"
#include "accounts/user.hpp"
#include "cache/cache.hpp"

namespace tripos::accounts {

/// Absent members stay as they are.
struct ProfileChanges {
    std::optional<std::string> full_name;
    std::optional<std::string> enrollment_number;
    std::optional<std::string> course;
    std::optional<std::string> department;
    std::optional<std::string> year;
    std::optional<std::string> semester;
    std::optional<bool> on_leaderboard;

    bool touches_profile() const {
        return enrollment_number || course || department || year || semester;
    }
};

/// Thread-safe.
class ProfileService {
  public:
    explicit ProfileService(const AccountsParts& parts);

    /// The member `data` of the answer, as JSON; null when there is no such account.
    Task<cache::Bytes> get(std::string user_id);
    /// Stores the changes. invalid: a first profile needs an enrollment number, unless staff vouch
    /// for one. Conflicts of refuse_number().
    Task<Result<>> update(std::string user_id, ProfileChanges changes);

  private:
    Task<cache::Bytes> load(std::string user_id);

    const AccountsParts& parts_;
    const cache::FamilyOf<std::string> profiles_;
};

}  // namespace tripos::accounts
