// SPDX-License-Identifier: MIT
#include "attempts/timeline.hpp"

#include <algorithm>

#include "accounts/candidate.hpp"
#include "attempts/answer_store.hpp"
#include "attempts/attempt_store.hpp"
#include "attempts/notice.hpp"
#include "audit/trail.hpp"
#include "exams/exam_staff.hpp"

namespace tripos::attempts {

namespace {

constexpr std::int64_t kMostActs = 500;  // of each kind

void add_acts(sql::Session& session, const audit::Filter& filter,
              std::vector<audit::StoredEntry>& acts) {
    for (auto& entry : audit::list(session, filter, kMostActs, 0)) {
        acts.push_back(std::move(entry));
    }
}

/// Of an account that was deleted there is no name any more.
std::map<std::string, std::string> names_of_actors(sql::Session& session,
                                                   const std::vector<audit::StoredEntry>& acts) {
    std::vector<std::string> ids;
    for (const auto& act : acts) {
        ids.push_back(act.actor.id);
    }
    std::map<std::string, std::string> names;
    for (auto& [id, account] : accounts::find_candidates(session, ids)) {
        names.emplace(id, std::move(account.full_name));
    }
    return names;
}

std::vector<NoticeShown> notices_to(sql::Session& session, const Attempt& attempt, Timestamp end) {
    const auto seen = notice_store::seen_up_to(session, attempt.exam_id, attempt.user_id);
    std::vector<NoticeShown> told;
    for (auto& notice : notice_store::list(session, attempt.exam_id)) {
        if (notice.is_for(attempt.user_id) && notice.sent_at <= end) {
            told.push_back({.text = std::move(notice.text),
                            .sent_at = notice.sent_at,
                            .is_seen = notice.number <= seen});
        }
    }
    return told;
}

}  // namespace

void tell_saves(Timeline& timeline, const std::vector<AnswerVersion>& history, Timestamp until) {
    auto last = timeline.attempt.started_at;
    const auto look_for_gap = [&](Timestamp at) {
        if (at - last >= kGap) {
            timeline.gaps.push_back({.from = last, .until = at});
        }
        last = std::max(last, at);
    };
    for (const auto& version : history) {
        const auto at = version.arrived_at;
        look_for_gap(at);
        const Timestamp minute = std::chrono::floor<std::chrono::minutes>(at);
        if (timeline.minutes.empty() || timeline.minutes.back().at != minute) {
            timeline.minutes.push_back({.at = minute, .saves = 0});
        }
        ++timeline.minutes.back().saves;
        auto& devices = timeline.devices;
        auto device = std::find_if(devices.begin(), devices.end(), [&](const UsedDevice& one) {
            return one.client_id == version.client_id && one.address == version.address;
        });
        if (device == devices.end()) {
            device = devices.insert(devices.end(), {.client_id = version.client_id,
                                                    .address = version.address,
                                                    .first_at = at,
                                                    .last_at = at,
                                                    .saves = 0});
        }
        device->last_at = at;
        ++device->saves;
    }
    look_for_gap(until);
}

std::optional<Timeline> read_timeline(sql::Session& session, const std::string& attempt_id,
                                      const accounts::Principal& caller, Timestamp now) {
    const auto attempt = attempt_store::find(session, attempt_id);
    if (!attempt || !exams::exam_staff::may_invigilate(session, caller, attempt->exam_id)) {
        return std::nullopt;
    }
    Timeline timeline{.attempt = *attempt,
                      .acts = {},
                      .minutes = {},
                      .devices = {},
                      .gaps = {},
                      .names = {},
                      .notices = {}};
    audit::Filter own;
    own.about = "attempt:" + attempt_id;
    add_acts(session, own, timeline.acts);
    const auto end = attempt->submitted_at.value_or(now);
    // What else was done to the exam tells of its questions and of the codes at its door.
    for (const auto* const action : {"exam.extend", "exam.close", "exam.notice"}) {
        audit::Filter common;
        common.action = action;
        common.about = exams::exam_subject(attempt->exam_id);
        common.since = attempt->started_at;
        common.until = end + std::chrono::milliseconds(1);
        add_acts(session, common, timeline.acts);
    }
    auto& acts = timeline.acts;
    if (!caller.roles.may(accounts::Capability::results)) {
        std::erase_if(acts, [](const auto& one) {
            return one.entry.action == "attempt.regrade" ||
                   one.entry.action == "attempt.accept_late";
        });
    }
    std::stable_sort(acts.begin(), acts.end(), [](const auto& a, const auto& b) {
        return std::tie(a.at, a.id) < std::tie(b.at, b.id);
    });
    timeline.names = names_of_actors(session, acts);
    timeline.notices = notices_to(session, *attempt, end);
    tell_saves(timeline, answer_store::history(session, attempt_id), end);
    return timeline;
}

}  // namespace tripos::attempts
