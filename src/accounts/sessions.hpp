// SPDX-License-Identifier: MIT
#pragma once
// Sessions: from an access token to the one who calls. A token is a signed claim (access_token.hpp)
// backed by a row of the table `sessions`; the row is the truth. What was found there is believed
// for at most 60 s in this process, so that a request costs neither SQL nor a signature. What this
// process ends is forgotten at once, what another ends as soon as Redis tells; a process cut off
// from Redis believes for its 60 s.
//
// With an idle limit a session that nobody used for so long is over, too, though never while its
// user sits an exam: thinking is no absence. When one was used is noted every five minutes, so it
// may live six minutes longer.

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "accounts/access_token.hpp"
#include "accounts/principal.hpp"
#include "accounts/session_cache.hpp"
#include "accounts/whereabouts.hpp"
#include "async/task.hpp"
#include "cache/cache.hpp"
#include "core/clock.hpp"
#include "core/random.hpp"
#include "core/result.hpp"
#include "core/secret.hpp"
#include "module/entity.hpp"
#include "module/parts.hpp"

namespace tripos::accounts {

struct User;

struct SessionsOptions {
    Secret secret;                            ///< signs access tokens (JWT_ACCESS_SECRET)
    std::chrono::seconds ttl{7 * 24 * 3600};  ///< of a token and its session
    std::chrono::seconds idle_limit{0};       ///< 0: none
    bool host_bound = false;                  ///< the cookie of new sessions is bound to its host
    std::chrono::seconds believed_for{60};    ///< how long a check of the row holds
    std::size_t cache_limit = 65'536;         ///< remembered tokens
};

/// Whether the user has a running attempt; inside the caller's transaction.
using SitsExam = std::function<bool(sql::Session&, const std::string& user_id)>;

/// Of an account at a time: another log-in ends the oldest.
inline constexpr std::int64_t kMostSessions = 50;

struct SessionInfo {
    std::string id;
    Timestamp created_at;
    Timestamp last_used_at;  ///< five minutes ago may be now
    Timestamp expires_at;
    std::string ip = {};      ///< from where it was opened; empty for sessions of older releases
    std::string device = {};  ///< its User-Agent; may be empty
};

/// What its owner sees of a session.
inline constexpr auto kSessionMembers = entity::Table(
    entity::Member{"id", &SessionInfo::id, "id", http::schema::uuid},
    entity::Member{"created_at", &SessionInfo::created_at, "createdAt"},
    entity::Member{"last_used_at", &SessionInfo::last_used_at, "lastUsedAt"},
    entity::Member{"expires_at", &SessionInfo::expires_at, "expiresAt"},
    entity::Member{"ip", &SessionInfo::ip, "ip", nullptr, entity::Empty::null},
    entity::Member{"device", &SessionInfo::device, "device", nullptr, entity::Empty::null});

/// Thread-safe. Database and cache outlive it.
class Sessions {
  public:
    Sessions(sql::Database& database, cache::Cache& cache, SessionsOptions options,
             SitsExam sits_exam, const Clock& clock, Random& random);

    /// Adds a session of that user in the caller's transaction; the access token for it.
    std::string open(sql::Session& session, const User& user, const Whereabouts& from) const;
    /// Those that are not over, the last used first.
    std::vector<SessionInfo> list(sql::Session& session, const std::string& user_id) const;
    /// Ends one session in the caller's transaction; false: the user has no such session.
    bool end(sql::Session& session, Writes& writes, const std::string& session_id,
             const std::string& user_id);
    /// Ends every session of the user, and with them the account's generation.
    void end_all(sql::Session& session, Writes& writes, const std::string& user_id);
    /// The same for every session but one.
    void end_others(sql::Session& session, Writes& writes, const std::string& user_id,
                    const std::string& kept_id);
    /// Gives the session its full time again; a fresh access token for it.
    std::string renew(sql::Session& session, const User& user, const std::string& session_id) const;

    /// In the transaction of any change of an account; those above do it by themselves. With its
    /// COMMIT nobody believes any more what was known of the user, here or elsewhere.
    void changed(Writes& writes, const std::string& user_id);

    /// The caller, if the token was checked recently; null otherwise. Takes one short lock.
    std::shared_ptr<const Principal> recent(std::string_view token) const;
    /// The caller; unauthorized("Token expired") or unauthorized("Invalid token") otherwise. Reads
    /// SQL when recent() knows nothing; throws sql::DatabaseUnavailable when it cannot.
    Task<Result<std::shared_ptr<const Principal>>> authenticate(std::string token);

    std::chrono::seconds ttl() const { return options_.ttl; }

  private:
    struct Found;

    std::string issue(const User& user, const std::string& session_id, Timestamp now) const;
    /// The account behind the session, as it is now.
    Found load(sql::Session& session, const AccessClaims& claims, Timestamp now) const;
    bool is_idle(sql::Session& session, const std::string& user_id, Timestamp last_used,
                 Timestamp now) const;
    /// Nobody waits for that: if it fails, the next look notes it.
    void note_use(const std::string& session_id, Timestamp now) const;

    sql::Database& database_;
    cache::Cache& shared_;
    const SessionsOptions options_;
    const SitsExam sits_exam_;
    const AccessTokens tokens_;
    const Clock& clock_;
    Random& random_;
    SessionCache known_;
};

}  // namespace tripos::accounts
