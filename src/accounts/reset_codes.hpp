// SPDX-License-Identifier: MIT
#pragma once
// What proves an address when the password is forgotten - a one-time code, and a link beside it -
// and how often codes may be tried: their SQL. Only digests are stored; each works once. Functions
// run inside the caller's transaction.
//
// Each browser that asks gets a code of its own, so that strangers who ask or try do not spoil that
// of the owner. A browser tries the code that it asked for, any other client the latest one: a try
// is never good for two codes.

#include <optional>
#include <string>

#include "core/clock.hpp"
#include "sql/session.hpp"

namespace tripos::accounts {

/// Stands for an account that does not exist: requests for unknown addresses do the same writes as
/// others, so that the time they take tells nothing.
inline const std::string kNobody = "nobody";

/// Digests, and times.
struct ResetCode {
    std::string user_id;  ///< may be kNobody
    std::string asker;    ///< of the browser; of kNobody none
    std::string code;
    std::string link;
    Timestamp created_at{};
    Timestamp expires_at{};
};
/// Replaces an older code of the user that the same browser asked for.
void put_code(sql::Session& session, const ResetCode& code);

/// Whether that browser has a live code for the user.
bool has_asked(sql::Session& session, const std::string& user_id, const std::string& asker,
               Timestamp now);

struct CodeTry {
    std::string user_id;  ///< may be kNobody
    std::string asker;    ///< of the browser that tries
    std::string code;
    Timestamp now{};
};
struct CodeLimits {
    int per_browser = 5;         ///< wrong tries; of all that did not ask, as many together
    std::int64_t per_day = 250;  ///< wrong tries on the whole site; then no code is right
};
enum class CodeOutcome { right, wrong, suspended };

/// A wrong try is counted. `suspended`: the day's tries are spent, whoever asks. Tries of all
/// processes come one after another.
CodeOutcome try_code(sql::Session& session, const CodeTry& given, const CodeLimits& limits);
/// Uses it up, and with it the user's other codes and links; false when it is not live (any more).
/// Of concurrent calls one succeeds.
bool use_code(sql::Session& session, const CodeTry& given, const CodeLimits& limits);

/// The user whose live link it is.
std::optional<std::string> owner_of_link(sql::Session& session, const std::string& link,
                                         Timestamp now);
/// As use_code().
bool use_link(sql::Session& session, const std::string& link, const std::string& user_id,
              Timestamp now);

}  // namespace tripos::accounts
