// SPDX-License-Identifier: MIT
#include "attempts/timeline.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "attempts/answer_store.hpp"
#include "attempts/attempt_store.hpp"
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

accounts::Candidates find_people(sql::Session& session, const Timeline& timeline) {
    std::set<std::string> ids{timeline.attempt.user_id};
    for (const auto& act : timeline.acts) {
        ids.insert(act.actor.id);
    }
    return accounts::find_candidates(session, {ids.begin(), ids.end()});
}

/// Where revisions are missing from the history.
std::vector<ShortenedTime> shortened_in(const std::vector<AnswerVersion>& history) {
    std::map<std::string_view, const AnswerVersion*> last;
    std::vector<ShortenedTime> shortened;
    for (const auto& version : history) {
        auto& former = last[version.answer.question_id];
        if (former != nullptr && former->revision + 1 < version.revision) {
            shortened.push_back({.from = former->arrived_at,
                                 .until = version.arrived_at,
                                 .saves = version.revision - former->revision - 1});
        }
        former = &version;
    }
    return shortened;
}

}  // namespace

std::optional<std::string> Timeline::name_of(const std::string& user_id) const {
    const auto found = people.find(user_id);
    return found == people.end() ? std::nullopt : std::optional(found->second.full_name);
}

void tell_saves(Timeline& timeline, const std::vector<AnswerVersion>& history, Timestamp until) {
    timeline.shortened = shortened_in(history);
    auto last = timeline.attempt.started_at;
    const auto look_for_gap = [&](Timestamp at) {
        const auto& shortened = timeline.shortened;
        const bool is_known = std::none_of(
            shortened.begin(), shortened.end(),
            [&](const ShortenedTime& one) { return one.from < at && last < one.until; });
        if (is_known && at - last >= kGap) {
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
    Timeline timeline;
    timeline.attempt = *attempt;
    audit::Filter own;
    own.about = "attempt:" + attempt_id;
    add_acts(session, own, timeline.acts);
    const auto end = attempt->submitted_at.value_or(now);
    // What else was done to the exam tells of its questions and of the codes at its door.
    for (const std::string_view action : {"exam.extend", "exam.close", "exam.notice"}) {
        // The close that ended it is written down a moment after the instant that it names.
        const bool is_its_end =
            action == "exam.close" && attempt->deadline_reason == DeadlineReason::closed;
        audit::Filter common;
        common.action = action;
        common.about = exams::exam_subject(attempt->exam_id);
        common.since = attempt->started_at;
        common.until = (is_its_end ? now : end) + std::chrono::milliseconds(1);
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
    tell_saves(timeline, answer_store::history(session, attempt_id), end);
    timeline.people = find_people(session, timeline);
    timeline.notices_seen = notice_store::seen_by(session, attempt->exam_id, attempt->user_id);
    return timeline;
}

}  // namespace tripos::attempts
