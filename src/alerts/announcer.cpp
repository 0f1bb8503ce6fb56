// SPDX-License-Identifier: MIT
#include "alerts/announcer.hpp"

#include <algorithm>

namespace tripos::alerts {

namespace {

/// Since when somebody should have been told; nothing: there is nothing new.
std::optional<Timestamp> news_since(const Note& note, Timestamp now) {
    if (!note.told_at) {
        return note.ended_at ? std::nullopt : std::optional(note.fired_at);
    }
    if (note.ended_at) {
        return note.ended_at;
    }
    return now - *note.told_at >= kRepeat ? std::optional(*note.told_at + kRepeat) : std::nullopt;
}

}  // namespace

bool is_silenced(const AlertKey& key, const std::vector<Silence>& silences, bool exam_runs,
                 Timestamp now) {
    const auto* rule = find_rule(key.rule);
    if (exam_runs && rule != nullptr && rule->severity == Severity::page) {
        return false;
    }
    return std::any_of(silences.begin(), silences.end(), [&](const Silence& silence) {
        return silence.rule == key.rule && silence.until > now;
    });
}

void Announcer::follow(const std::map<AlertKey, Active>& active, Timestamp now) {
    for (const auto& [key, alert] : active) {
        if (!alert.is_firing) {
            continue;
        }
        auto& note =
            notes_.try_emplace(key, Note{.since = alert.since, .fired_at = now}).first->second;
        note.ended_at.reset();
        note.value = alert.value;
    }
    const auto fires = [&active](const AlertKey& key) {
        const auto found = active.find(key);
        return found != active.end() && found->second.is_firing;
    };
    for (auto& [key, note] : notes_) {
        if (!fires(key) && !note.ended_at) {
            note.ended_at = now;
        }
    }
    std::erase_if(notes_, [](const auto& one) {  // nobody heard of it
        return one.second.ended_at && !one.second.told_at;
    });
}

Notes Announcer::due(const std::vector<Silence>& silences, bool exam_runs, Timestamp now) const {
    const auto sent = std::count_if(messages_.begin(), messages_.end(), [now](Timestamp at) {
        return now - at < std::chrono::hours(1);
    });
    Notes news;
    bool is_time = false;
    for (const auto& [key, note] : notes_) {
        const auto since = news_since(note, now);
        if (since && !is_silenced(key, silences, exam_runs, now)) {
            news.emplace(key, note);
            is_time = is_time || now - *since >= kBatch;
        }
    }
    return is_time && static_cast<std::size_t>(sent) < kMessagesPerHour ? news : Notes();
}

void Announcer::told(const Notes& notes, Timestamp now) {
    messages_.push_back(now);
    if (messages_.size() > kMessagesPerHour) {
        messages_.pop_front();
    }
    for (const auto& [key, note] : notes) {
        const auto found = notes_.find(key);
        if (found == notes_.end()) {
            continue;
        }
        found->second.told_at = now;
        if (note.ended_at) {
            notes_.erase(found);
        }
    }
}

}  // namespace tripos::alerts
