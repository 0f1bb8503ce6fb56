// SPDX-License-Identifier: MIT
#include "cache/pending.hpp"

#include "cache/detail/record.hpp"

namespace tripos::cache {

Pending::Number Pending::add(std::string record) {
    const std::lock_guard lock(mutex_);
    announcements_.emplace(++last_, Announcement{.record = std::move(record), .at = Clock::now()});
    return last_;
}

void Pending::done(Number number) {
    const std::lock_guard lock(mutex_);
    announcements_.erase(number);
}

void Pending::done_through(Number last) {
    const std::lock_guard lock(mutex_);
    announcements_.erase(announcements_.begin(), announcements_.upper_bound(last));
}

std::optional<Pending::Row> Pending::row() {
    const std::lock_guard lock(mutex_);
    if (announcements_.empty() && is_row_empty_) {
        return std::nullopt;
    }
    Row row{.oldest = announcements_.empty() ? 0 : announcements_.begin()->first,
            .newest = last_,
            .record = {}};
    is_row_empty_ = announcements_.empty();
    if (announcements_.size() > kMost) {
        row.record = to_text(Record{.names = {}, .tags = {}, .is_everything = true});
        return row;
    }
    RecordLines lines;
    for (const auto& [number, announcement] : announcements_) {
        lines.append(announcement.record);
    }
    row.record = lines.take();
    return row;
}

bool Pending::wants_removal() const {
    const std::lock_guard lock(mutex_);
    return announcements_.empty() && !is_row_empty_;
}

void Pending::removed() {
    const std::lock_guard lock(mutex_);
    is_row_empty_ = true;
}

std::vector<std::pair<Pending::Number, std::string>> Pending::older_than(
    Clock::duration age) const {
    const std::lock_guard lock(mutex_);
    const auto limit = Clock::now() - age;
    std::vector<std::pair<Number, std::string>> old;
    for (const auto& [number, announcement] : announcements_) {
        if (announcement.at > limit) {
            break;
        }
        old.emplace_back(number, announcement.record);
    }
    return old;
}

}  // namespace tripos::cache
