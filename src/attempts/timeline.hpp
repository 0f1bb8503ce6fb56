// SPDX-License-Identifier: MIT
#pragma once
// Timeline: the course of one attempt, from the history of its answers and the trail of audit:
// what was done and by whom, how many saves in which minute, from which devices. Of answers it
// tells when, never what.

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "accounts/principal.hpp"
#include "attempts/attempt.hpp"
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

inline constexpr auto kMinuteMembers =
    std::tuple(entity::Member{nullptr, &SavesOfMinute::at, "at"},
               entity::Member{nullptr, &SavesOfMinute::saves, "saves"});
inline constexpr auto kDeviceMembers =
    std::tuple(entity::Member{nullptr, &UsedDevice::client_id, "clientId"},
               entity::Member{nullptr, &UsedDevice::address, "address"},
               entity::Member{nullptr, &UsedDevice::first_at, "firstAt"},
               entity::Member{nullptr, &UsedDevice::last_at, "lastAt"},
               entity::Member{nullptr, &UsedDevice::saves, "saves"});
inline constexpr auto kGapMembers =
    std::tuple(entity::Member{nullptr, &SilentTime::from, "from"},
               entity::Member{nullptr, &SilentTime::until, "until"});

/// A message to the candidate, and whether the page has shown it.
struct NoticeShown {
    std::string text;
    Timestamp sent_at{};
    bool is_seen = false;
};
inline constexpr auto kNoticeShownMembers =
    std::tuple(entity::Member{nullptr, &NoticeShown::text, "text"},
               entity::Member{nullptr, &NoticeShown::sent_at, "sentAt"},
               entity::Member{nullptr, &NoticeShown::is_seen, "seen"});

struct Timeline {
    Attempt attempt;
    std::vector<audit::StoredEntry> acts;  ///< in the order of time
    std::vector<SavesOfMinute> minutes;    ///< those with saves
    std::vector<UsedDevice> devices;       ///< in the order of their first save
    std::vector<SilentTime> gaps;
    std::map<std::string, std::string> names;  ///< of the accounts that did the acts, by id
    std::vector<NoticeShown> notices;          ///< to the candidate, in the order they were sent
};

/// Fills in what follows from the history, in the order of arrival. `until`: the attempt's end, or
/// now. Pure.
void tell_saves(Timeline& timeline, const std::vector<AnswerVersion>& history, Timestamp until);

/// Nothing for whom does not invigilate the exam. What was done to everybody at the exam while the
/// attempt ran is among the acts; grades are, for who may see results.
std::optional<Timeline> read_timeline(sql::Session& session, const std::string& attempt_id,
                                      const accounts::Principal& caller, Timestamp now);

}  // namespace tripos::attempts
