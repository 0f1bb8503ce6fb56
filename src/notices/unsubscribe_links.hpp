// SPDX-License-Identifier: MIT
#pragma once
// UnsubscribeLinks: the address in a newsletter that leaves its list (RFC 8058). The token is the
// mail's id and a MAC of it: it names no person, cannot be guessed, needs no table and never
// expires. Immutable; thread-safe.

#include <optional>
#include <string>
#include <string_view>

#include "core/secret.hpp"

namespace tripos::notices {

class UnsubscribeLinks {
  public:
    /// `secret`: from which the key is derived. `base_url`: PUBLIC_URL, without a final slash.
    UnsubscribeLinks(const Secret& secret, std::string base_url);

    /// "<base_url>/unsubscribe/<token>".
    std::string link_for(std::string_view mail_id) const;
    std::string token_for(std::string_view mail_id) const;
    /// The mail's id; nothing when the token was not made here.
    std::optional<std::string> mail_of(std::string_view token) const;

  private:
    Secret key_;
    std::string base_url_;
};

}  // namespace tripos::notices
