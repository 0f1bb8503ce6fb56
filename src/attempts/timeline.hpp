// SPDX-License-Identifier: MIT
#pragma once
// Timeline: the course of one attempt, from the history of its answers and the trail of audit:
// what was done and by whom, how many saves in which minute, from which devices, how far notices
// were seen. Of answers it tells when, never what.

#include <optional>
#include <string>
#include <vector>

#include "accounts/candidate.hpp"
#include "accounts/principal.hpp"
#include "attempts/attempt.hpp"
#include "attempts/notice.hpp"
#include "sql/session.hpp"

namespace tripos::attempts {

struct SavesOfMinute {
    Timestamp at{};  ///< its begin
    std::int64_t saves = 0;
};

/// Where saves came from; a page or a device that names itself is another one at each address.
struct UsedDevice {
    std::string client_id;
    std::string address;  ///< empty: erased with the account
    Timestamp first_at{};
    Timestamp last_at{};
    std::int64_t saves = 0;
};

/// So long without a save, and it is told.
inline constexpr std::chrono::minutes kGap{5};
struct SilentTime {
    Timestamp from{};
    Timestamp until{};
};

/// Too many saves of one answer to keep each; when they were in it is not known.
struct ShortenedTime {
    Timestamp from{};
    Timestamp until{};
    std::int64_t saves = 0;
};

inline constexpr auto kMinuteMembers =
    entity::Table(entity::Member{nullptr, &SavesOfMinute::at, "at"},
                  entity::Member{nullptr, &SavesOfMinute::saves, "saves"});
inline constexpr auto kDeviceMembers =
    entity::Table(entity::Member{nullptr, &UsedDevice::client_id, "clientId"},
                  entity::Member{nullptr, &UsedDevice::address, "address"},
                  entity::Member{nullptr, &UsedDevice::first_at, "firstAt"},
                  entity::Member{nullptr, &UsedDevice::last_at, "lastAt"},
                  entity::Member{nullptr, &UsedDevice::saves, "saves"});
inline constexpr auto kGapMembers =
    entity::Table(entity::Member{nullptr, &SilentTime::from, "from"},
                  entity::Member{nullptr, &SilentTime::until, "until"});

inline constexpr auto kShortenedMembers =
    entity::Table(entity::Member{nullptr, &ShortenedTime::from, "from"},
                  entity::Member{nullptr, &ShortenedTime::until, "until"},
                  entity::Member{nullptr, &ShortenedTime::saves, "saves"});

struct Timeline {
    Attempt attempt;
    std::vector<audit::StoredEntry> acts;  ///< in the order of time
    std::vector<SavesOfMinute> minutes;    ///< those with saves
    std::vector<UsedDevice> devices;       ///< in the order of their first save
    std::vector<ShortenedTime> shortened;  ///< beside those in `minutes` and of `devices`
    std::vector<SilentTime> gaps;
    accounts::Candidates people;  ///< the candidate, and who acted
    std::optional<NoticesSeen> notices_seen;

    /// Of an account; nothing when there is none, as of the clock.
    std::optional<std::string> name_of(const std::string& user_id) const;
};

/// Fills in what follows from the history, in the order of arrival. `until`: the attempt's end, or
/// now. Pure.
void tell_saves(Timeline& timeline, const std::vector<AnswerVersion>& history, Timestamp until);

/// Nothing for whom does not invigilate the exam. What was done to everybody at the exam while the
/// attempt ran is among the acts; grades are, for who may see results.
std::optional<Timeline> read_timeline(sql::Session& session, const std::string& attempt_id,
                                      const accounts::Principal& caller, Timestamp now);

}  // namespace tripos::attempts
